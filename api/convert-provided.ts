import { selects } from './cluster-selector.ts';
import { bringsNetwork, readObjects } from './delivered-objects.ts';
import type { DeliveredResource, DesiredCluster, ProvidedKeyPair, ProvidedPki, ResourceSet } from './desired-cluster.ts';
import { NETWORK_ADDON_ANNOTATION } from './network-addon.ts';
import { PKI_PURPOSES } from './pki-purposes.ts';
import { decodeText, listTexts, readSecretData } from './provided-data.ts';
import { CERTIFICATE_KEY, PRIVATE_KEY_KEY } from './provided-pki.ts';
import { ofKind, type Resource } from './read-resources.ts';
import type { ClusterManifest } from './schema/cluster.ts';

/** What the manifest brings beside Cluster API's own kinds; nothing is left out, so that a small manifest stays as it was. */
export const convertProvided = (
  resources: readonly Resource[],
  { metadata }: ClusterManifest,
): Pick<DesiredCluster, 'resourceSets' | 'networkAddon' | 'pki'> => {
  const resourceSets = convertSets(resources, metadata.labels ?? {});
  const pki = convertPki(resources, metadata.name);
  const chosen = metadata.annotations?.[NETWORK_ADDON_ANNOTATION];
  const isProvided = chosen === undefined ? resourceSets.some(deliversNetwork) : chosen === 'provided';
  return {
    ...(resourceSets.length === 0 ? {} : { resourceSets }),
    ...(isProvided ? { networkAddon: 'provided' as const } : {}),
    ...(Object.keys(pki).length === 0 ? {} : { pki }),
  };
};

const convertSets = (resources: readonly Resource[], labels: Readonly<Record<string, string>>): readonly ResourceSet[] =>
  ofKind(resources, 'ClusterResourceSet')
    .flatMap(({ manifest }) => (manifest !== undefined && selects(manifest.spec.clusterSelector, labels) ? [manifest] : []))
    .map(({ metadata, spec }): ResourceSet => ({
      name: metadata.name,
      strategy: spec.strategy === 'Reconcile' ? 'Reconcile' : 'ApplyOnce',
      resources: (spec.resources ?? []).map(({ kind, name }) => convertResource(resources, kind, name)),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

const convertResource = (resources: readonly Resource[], kind: DeliveredResource['kind'], name: string): DeliveredResource => {
  const found = ofKind(resources, kind).find((resource) => resource.name === name)?.manifest;
  if (found === undefined) throw new Error(`The checked manifest has no ${kind} ${name}`);
  return { kind, name, content: { plain: listTexts(found).map(([, text]) => text.trimEnd()).join('\n---\n') } };
};

const deliversNetwork = (set: ResourceSet): boolean =>
  set.resources.some(({ content }) => 'plain' in content && (readObjects(content.plain) ?? []).some(bringsNetwork));

const convertPki = (resources: readonly Resource[], cluster: string): ProvidedPki =>
  Object.fromEntries(
    PKI_PURPOSES.flatMap((purpose): readonly (readonly [string, ProvidedKeyPair])[] => {
      const secret = ofKind(resources, 'Secret').find(({ name }) => name === `${cluster}-${purpose}`)?.manifest;
      if (secret === undefined) return [];
      const data = readSecretData(secret);
      const read = (key: string) => ({ plain: decodeText(data.get(key) ?? new Uint8Array()) ?? '' });
      return [[purpose, { certificate: read(CERTIFICATE_KEY), privateKey: read(PRIVATE_KEY_KEY) }]];
    }),
  );
