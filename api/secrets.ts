import type { BootstrapSpec, DesiredCluster, ProvidedKeyPair, ResourceSet, SecretValue } from './desired-cluster.ts';
import { PKI_PURPOSES } from './pki-purposes.ts';

type Convert = (value: SecretValue, path: string) => SecretValue;

/** A secret's place in a DesiredCluster: "controlPlane.bootstrap.files[0].content". */
export type FoundSecret = { readonly path: string; readonly value: SecretValue };

/**
 * A copy of the cluster in which each secret is what `fn` makes of it. Paths name MachineDeployments instead of
 * counting them: "machineDeployments[demo-md-0].bootstrap.preKubeadmCommands[0]". The order of calls is fixed.
 */
export const mapSecrets = (cluster: DesiredCluster, fn: Convert): DesiredCluster => ({
  ...cluster,
  controlPlane: {
    ...cluster.controlPlane,
    bootstrap: mapBootstrap({ bootstrap: cluster.controlPlane.bootstrap, path: 'controlPlane.bootstrap', fn }),
  },
  machineDeployments: cluster.machineDeployments.map((deployment) => {
    const path = `machineDeployments[${deployment.name}].bootstrap`;
    return { ...deployment, bootstrap: mapBootstrap({ bootstrap: deployment.bootstrap, path, fn }) };
  }),
  ...(cluster.resourceSets === undefined ? {} : { resourceSets: cluster.resourceSets.map((set) => mapSet(set, fn)) }),
  ...(cluster.pki === undefined ? {} : { pki: mapPki(cluster.pki, fn) }),
});

// Every field that may hold a secret is named below and nowhere else: the other functions go through these.
const mapSet = (set: ResourceSet, fn: Convert): ResourceSet => ({
  ...set,
  resources: set.resources.map((resource) => ({
    ...resource,
    content: fn(resource.content, `${RESOURCE_SETS}[${set.name}].${resource.kind}/${resource.name}`),
  })),
});

const RESOURCE_SETS = 'resourceSets';

/** Whether a secret is what a ClusterResourceSet delivers: large, and never seen by a Machine's commands. */
export const isDelivered = (path: string): boolean => path.startsWith(`${RESOURCE_SETS}[`);

const mapPki = (pki: NonNullable<DesiredCluster['pki']>, fn: Convert): NonNullable<DesiredCluster['pki']> =>
  Object.fromEntries(
    PKI_PURPOSES.flatMap((purpose): readonly (readonly [string, ProvidedKeyPair])[] => {
      const pair = pki[purpose];
      if (pair === undefined) return [];
      const at = (field: string): string => `pki.${purpose}.${field}`;
      return [[purpose, { certificate: fn(pair.certificate, at('certificate')), privateKey: fn(pair.privateKey, at('privateKey')) }]];
    }),
  );

const mapBootstrap = ({
  bootstrap,
  path,
  fn,
}: {
  readonly bootstrap: BootstrapSpec;
  readonly path: string;
  readonly fn: Convert;
}): BootstrapSpec => ({
  ...bootstrap,
  files: bootstrap.files.map((file, index) => ({
    ...file,
    content: fn(file.content, `${path}.files[${index}].content`),
  })),
  users: bootstrap.users.map((user, index) =>
    user.passwd === undefined ? user : { ...user, passwd: fn(user.passwd, `${path}.users[${index}].passwd`) },
  ),
  preKubeadmCommands: bootstrap.preKubeadmCommands.map((command, index) =>
    fn(command, `${path}.preKubeadmCommands[${index}]`),
  ),
  postKubeadmCommands: bootstrap.postKubeadmCommands.map((command, index) =>
    fn(command, `${path}.postKubeadmCommands[${index}]`),
  ),
  ...(bootstrap.bootCommands === undefined
    ? {}
    : { bootCommands: bootstrap.bootCommands.map((command, index) => fn(command, `${path}.bootCommands[${index}]`)) }),
});

/** All secrets of a cluster with their places, in the order in which {@link mapSecrets} visits them. */
export const collectSecrets = (cluster: DesiredCluster): readonly FoundSecret[] => {
  const found: FoundSecret[] = [];
  mapSecrets(cluster, (value, path) => {
    found.push({ path, value });
    return value;
  });
  return found;
};

/** As {@link mapSecrets}, one secret after the other: a store that `fn` writes to takes one lock. */
export const mapSecretsAsync = async (
  cluster: DesiredCluster,
  fn: (value: SecretValue, path: string) => Promise<SecretValue>,
): Promise<DesiredCluster> => {
  const converted = new Map<string, SecretValue>();
  for (const { value, path } of collectSecrets(cluster)) converted.set(path, await fn(value, path));
  return mapSecrets(cluster, (value, path) => converted.get(path) ?? value);
};
