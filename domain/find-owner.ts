import type { DesiredCluster, DesiredControlPlane, DesiredMachineDeployment } from '../api/desired-cluster.ts';
import type { Machine } from './machine.ts';

/** What a Machine was made for; undefined: a MachineDeployment that is no longer desired. */
export function findOwner(
  desired: DesiredCluster,
  machine: Pick<Machine, 'role' | 'owner'>,
): DesiredControlPlane | DesiredMachineDeployment | undefined {
  if (machine.role === 'control-plane') return desired.controlPlane;
  return desired.machineDeployments.find((candidate) => candidate.name === machine.owner);
}
