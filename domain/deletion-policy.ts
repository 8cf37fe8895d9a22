import type { DesiredCluster, DeletionPolicy } from '../api/desired-cluster.ts';
import type { Machine } from './machine.ts';

/** What its owner says of the way out; nothing, where the owner is not wanted any more: no limits. */
export function deletionPolicy(desired: DesiredCluster, machine: Machine): DeletionPolicy {
  const owner = machine.role === 'control-plane' ? desired.controlPlane : desired.machineDeployments.find(({ name }) => name === machine.owner);
  return owner?.deletion ?? {};
}
