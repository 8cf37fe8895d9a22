import type { BootstrapSpec, DesiredCluster, SecretValue } from '../../api/desired-cluster.ts';
import { PlainSecretError } from './errors.ts';

/**
 * Records are not encrypted: people read them, and copies of them travel. So a secret may stand
 * in them only as a reference.
 * @throws PlainSecretError naming the field, never its value.
 */
export function assertReferencesOnly(desired: DesiredCluster): void {
  const owners = [desired.controlPlane, ...desired.machineDeployments];
  const unreferenced = owners.flatMap(({ name, bootstrap }) =>
    secretFields(bootstrap)
      .filter(([, value]) => !('ref' in value))
      .map(([field]) => `${name}: ${field}`),
  );
  if (unreferenced.length === 0) return;
  throw new PlainSecretError(
    `the record of cluster ${desired.name} was not stored: it holds a secret where only a reference may stand ` +
      `(${unreferenced.join('; ')}). Store the secrets first, then the record.`,
  );
}

function secretFields(bootstrap: BootstrapSpec): readonly (readonly [field: string, value: SecretValue])[] {
  const passwords = bootstrap.users.flatMap(({ passwd }, index) =>
    passwd === undefined ? [] : [[`users[${index}].passwd`, passwd] as const],
  );
  return [
    ...bootstrap.files.map(({ content }, index) => [`files[${index}].content`, content] as const),
    ...passwords,
    ...bootstrap.preKubeadmCommands.map((value, index) => [`preKubeadmCommands[${index}]`, value] as const),
    ...bootstrap.postKubeadmCommands.map((value, index) => [`postKubeadmCommands[${index}]`, value] as const),
  ];
}
