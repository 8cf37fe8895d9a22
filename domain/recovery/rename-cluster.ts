import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { NAME_LENGTHS } from '../../api/limits.ts';
import { checkName } from '../../api/validation/names.ts';

/**
 * The same cluster under another name. Owners that bear the cluster's name bear the new one, for Machines, Nodes
 * and containers are called after them; others keep theirs.
 */
export function renameCluster(desired: DesiredCluster, name: string): DesiredCluster {
  const rename = <T extends { readonly name: string }>(owner: T): T => {
    if (owner.name !== desired.name && !owner.name.startsWith(`${desired.name}-`)) return owner;
    return { ...owner, name: `${name}${owner.name.slice(desired.name.length)}` };
  };
  return { ...desired, name, controlPlane: rename(desired.controlPlane), machineDeployments: desired.machineDeployments.map(rename) };
}

/** Why a cluster cannot bear that name, by the rules for manifests; empty: it can. */
export function nameProblems(desired: DesiredCluster, name: string): readonly string[] {
  const { controlPlane, machineDeployments } = renameCluster(desired, name);
  const deployments = machineDeployments.map((deployment) => deployment.name);
  const twice = deployments.filter((each, index) => deployments.indexOf(each) !== index);
  return [
    ...wrong('cluster', name, NAME_LENGTHS.cluster),
    ...wrong('KubeadmControlPlane', controlPlane.name, NAME_LENGTHS.controlPlane),
    ...deployments.flatMap((deployment) => wrong('MachineDeployment', deployment, NAME_LENGTHS.machineDeployment)),
    ...twice.map((each) => `two MachineDeployments would be called ${each}`),
  ];
}

function wrong(kind: string, name: string, longest: number): readonly string[] {
  const found = checkName(longest)(name);
  return found === undefined ? [] : [`${kind} ${name}: ${found.message}; ${found.expected}`];
}
