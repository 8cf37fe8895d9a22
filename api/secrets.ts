import type { BootstrapSpec, DesiredCluster, SecretValue } from './desired-cluster.ts';

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
});

// Every field that may hold a secret is named here and nowhere else: the other functions go through this one.
const mapBootstrap = ({
  bootstrap,
  path,
  fn,
}: {
  readonly bootstrap: BootstrapSpec;
  readonly path: string;
  readonly fn: Convert;
}): BootstrapSpec => ({
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
