import { isMap, problemAt, textAt, valueAt, type ManifestDocument, type Path } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import { PKI_PURPOSES } from '../pki-purposes.ts';
import type { Resource } from '../read-resources.ts';
import { listSecretSources } from '../secret-sources.ts';
import { findNearest } from './suggestions.ts';

type Reference = { readonly document: ManifestDocument; readonly path: Path; readonly kind: 'ConfigMap' | 'Secret'; readonly name: string };

const RESOURCES: Path = ['spec', 'resources'];

/** What a ClusterResourceSet names. */
export const listNamed = (set: Resource): readonly Reference[] => {
  const entries = valueAt(set.document, RESOURCES);
  return (Array.isArray(entries) ? (entries as readonly unknown[]) : []).flatMap((entry, index): readonly Reference[] => {
    const { kind, name } = isMap(entry) ? entry : {};
    if ((kind !== 'ConfigMap' && kind !== 'Secret') || typeof name !== 'string') return [];
    return [{ document: set.document, path: [...RESOURCES, index, 'name'], kind, name }];
  });
};

const listReferences = (resources: readonly Resource[]): readonly Reference[] => [
  ...resources.filter(({ kind }) => kind === 'ClusterResourceSet').flatMap(listNamed),
  ...listSecretSources(resources).map(
    ({ document, path, secret }): Reference => ({ document, path: [...path, 'name'], kind: 'Secret', name: secret }),
  ),
];

/**
 * Every ConfigMap and Secret that is named is in the manifest, and every one in it is named, or is one of the cluster's
 * certificates. Only for a manifest that could be read as a whole.
 */
export const checkProvidedReferences = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  const references = listReferences(resources);
  const namesOf = (kind: string): readonly string[] => resources.filter((resource) => resource.kind === kind).map(({ name }) => name);
  const missing = references
    .filter(({ kind, name }) => !namesOf(kind).includes(name))
    .map(({ document, path, kind, name }) => {
      const nearest = findNearest(name, namesOf(kind));
      const add = `add a document of kind ${kind} and this name`;
      return problemAt(document, path, {
        reason: 'Not found',
        message: `there is no ${kind} of this name in the manifest`,
        expected: nearest === undefined ? add : `use "${nearest}", or ${add}`,
      });
    });
  const used = new Set(references.map(({ kind, name }) => `${kind}/${name}`));
  const certificates = new Set(namesOf('Cluster').flatMap((cluster) => PKI_PURPOSES.map((purpose) => `${cluster}-${purpose}`)));
  const unused = resources
    .filter(({ kind }) => kind === 'ConfigMap' || kind === 'Secret')
    .filter(({ kind, name }) => name !== '' && !used.has(`${kind}/${name}`) && !(kind === 'Secret' && certificates.has(name)))
    .map(({ kind, document }) =>
      problemAt(document, ['metadata', 'name'], {
        reason: 'Unused document',
        message: `nothing refers to this ${kind}`,
        expected:
          kind === 'ConfigMap'
            ? 'name it in a ClusterResourceSet, or remove it and apply it to the created cluster with kubectl'
            : 'name it in a ClusterResourceSet, a contentFrom or a passwdFrom, or remove it; a cluster\'s certificates are called CLUSTER-ca, -etcd, -proxy and -sa',
      }),
    );
  return [...missing, ...unused];
};

/** The Secrets of a cluster's certificates. */
export const findCertificateSecrets = (resources: readonly Resource[]) => {
  const cluster = resources.find(({ kind }) => kind === 'Cluster');
  return PKI_PURPOSES.flatMap((purpose) => {
    const name = cluster === undefined ? undefined : `${textAt(cluster.document, ['metadata', 'name']) ?? ''}-${purpose}`;
    return resources.filter((resource): resource is Resource<'Secret'> => resource.kind === 'Secret' && resource.name === name).map((secret) => ({ purpose, secret }));
  });
};
