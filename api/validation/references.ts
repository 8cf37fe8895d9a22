import { INFRASTRUCTURE_CLUSTERS, MACHINE_TEMPLATES, type Kind } from '../kinds.ts';
import { isMap, problemAt, valueAt, type Path } from '../manifest-document.ts';
import type { ManifestProblem } from '../manifest-problem.ts';
import type { Resource } from '../read-resources.ts';
import { findNearest } from './suggestions.ts';

type Reference = {
  readonly from: Kind;
  readonly path: Path;
  /** Where the field stands in v1beta2, if elsewhere. */
  readonly newPath?: Path;
  readonly to: readonly [Kind, ...Kind[]];
};

/** Every field by which one document of a manifest refers to another. */
const REFERENCES: readonly Reference[] = [
  { from: 'Cluster', path: ['spec', 'controlPlaneRef'], to: ['KubeadmControlPlane'] },
  { from: 'Cluster', path: ['spec', 'infrastructureRef'], to: INFRASTRUCTURE_CLUSTERS },
  {
    from: 'KubeadmControlPlane',
    path: ['spec', 'machineTemplate', 'infrastructureRef'],
    newPath: ['spec', 'machineTemplate', 'spec', 'infrastructureRef'],
    to: MACHINE_TEMPLATES,
  },
  {
    from: 'MachineDeployment',
    path: ['spec', 'template', 'spec', 'bootstrap', 'configRef'],
    to: ['KubeadmConfigTemplate'],
  },
  { from: 'MachineDeployment', path: ['spec', 'template', 'spec', 'infrastructureRef'], to: MACHINE_TEMPLATES },
];

/** Documents that belong to the cluster by naming or selecting it, not by being referred to. */
const OWNERS: ReadonlySet<Kind> = new Set<Kind>(['Cluster', 'MachineDeployment', 'ClusterResourceSet', 'BackupSchedule']);
/** Looked at in provided-references.ts: what refers to them is not at fixed places. */
const PROVIDED: ReadonlySet<Kind> = new Set<Kind>(['ConfigMap', 'Secret']);

/**
 * Checks that a manifest hangs together: one cluster, no document twice, one namespace, every reference leads to a
 * document, every document is referred to. `isComplete` is false when a document could not be read: what seems to be
 * missing may be in it then.
 */
export const checkReferences = ({
  resources,
  isComplete,
}: {
  readonly resources: readonly Resource[];
  readonly isComplete: boolean;
}): readonly ManifestProblem[] => [
  ...checkSingleCluster(resources),
  ...checkDuplicates(resources),
  ...checkNamespaces(resources),
  ...(isComplete ? [...checkTargets(resources), ...checkUnused(resources)] : []),
];

const checkSingleCluster = (resources: readonly Resource[]): readonly ManifestProblem[] =>
  resources
    .filter(({ kind }) => kind === 'Cluster')
    .slice(1)
    .map(({ document }) =>
      problemAt(document, ['kind'], {
        reason: 'Forbidden',
        message: 'a manifest describes one cluster',
        expected: 'put the other cluster into a file of its own',
      }),
    );

const checkDuplicates = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  const seen = new Map<string, Resource>();
  return resources.flatMap((resource) => {
    const id = `${resource.kind}/${resource.name}`;
    const first = seen.get(id);
    if (resource.name === '' || first === undefined) {
      seen.set(id, resource);
      return [];
    }
    const message = `document ${first.document.number} is a ${resource.kind} of this name already`;
    return [
      problemAt(resource.document, ['metadata', 'name'], {
        reason: 'Duplicate value',
        message,
        expected: 'rename or remove one of them',
      }),
    ];
  });
};

const checkNamespaces = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  const cluster = resources.find(({ kind }) => kind === 'Cluster');
  if (cluster === undefined) return [];
  const objects = resources
    .filter(({ namespace }) => namespace !== cluster.namespace)
    .map(({ document, namespace }) =>
      problemAt(document, ['metadata', 'namespace'], {
        message: `the object is in the namespace ${namespace}, its Cluster in ${cluster.namespace}`,
        expected: `use "${cluster.namespace}"`,
      }),
    );
  const references = resources.flatMap((resource) =>
    referencesOf(resource).flatMap(({ path }) => {
      const { document, namespace } = resource;
      const named = valueAt(document, [...path, 'namespace']);
      if (typeof named !== 'string' || named === namespace) return [];
      const wrong = {
        message: 'must be the namespace of the object itself',
        expected: `use "${namespace}", or leave it out`,
      };
      return [problemAt(document, [...path, 'namespace'], wrong)];
    }),
  );
  return [...objects, ...references];
};

const referencesOf = ({ kind, version }: Resource): readonly Pick<Reference, 'path' | 'to'>[] =>
  REFERENCES.filter(({ from }) => from === kind).map(({ path, newPath = path, to }) => ({
    path: version === 'v1beta2' ? newPath : path,
    to,
  }));

type Target = { readonly kind: Kind; readonly name: string };

/** What a field refers to; undefined when it says nothing that could be looked for. */
const readTarget = (resource: Resource, { path, to }: Pick<Reference, 'path' | 'to'>): Target | undefined => {
  const reference = valueAt(resource.document, path);
  const { name, kind } = isMap(reference) ? reference : {};
  // A kind that is wrong is reported by itself; the name is looked for all the same.
  return typeof name === 'string' ? { name, kind: to.find((known) => known === kind) ?? to[0] } : undefined;
};

const checkTargets = (resources: readonly Resource[]): readonly ManifestProblem[] =>
  resources.flatMap((resource) =>
    referencesOf(resource).flatMap((reference) => {
      const target = readTarget(resource, reference);
      if (target === undefined) return [];
      const names = resources.filter(({ kind }) => kind === target.kind).map(({ name }) => name);
      if (names.includes(target.name)) return [];
      const nearest = findNearest(target.name, names) ?? (names.length === 1 ? names[0] : undefined);
      const add = `add a document of kind ${target.kind} and this name`;
      const expected = nearest === undefined ? add : `use "${nearest}", or ${add}`;
      return [
        problemAt(resource.document, [...reference.path, 'name'], {
          reason: 'Not found',
          message: `there is no ${target.kind} of this name in the manifest`,
          expected,
        }),
      ];
    }),
  );

const checkUnused = (resources: readonly Resource[]): readonly ManifestProblem[] => {
  const references = resources.flatMap((resource) =>
    referencesOf(resource).map((reference) => ({ to: reference.to, target: readTarget(resource, reference) })),
  );
  // A reference without a name is reported already, and may be meant for any document of its kinds.
  const open = new Set<Kind>(references.flatMap(({ to, target }) => (target === undefined ? to : [])));
  const targets = new Set(references.flatMap(({ target }) => (target === undefined ? [] : [`${target.kind}/${target.name}`])));
  return resources
    .filter(({ kind, name }) => !OWNERS.has(kind) && !PROVIDED.has(kind) && !open.has(kind) && name !== '' && !targets.has(`${kind}/${name}`))
    .map(({ kind, document }) =>
      problemAt(document, ['metadata', 'name'], {
        reason: 'Unused document',
        message: `nothing refers to this ${kind}`,
        expected: 'refer to it, or remove the document',
      }),
    );
};
