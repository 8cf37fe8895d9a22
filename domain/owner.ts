import type { DesiredCluster, DesiredControlPlane, DesiredMachineDeployment } from '../api/desired-cluster.ts';
import type { ClusterIdentity } from './identity.ts';
import type { Machine, MachineRole } from './machine.ts';

/** What has Machines. Both parts tell it: a KubeadmControlPlane and a MachineDeployment may have the same name. */
export type Owner = { readonly role: MachineRole; readonly name: string };

export type OwnerKind = 'KubeadmControlPlane' | 'MachineDeployment';

export function kindOf(role: MachineRole): OwnerKind {
  return role === 'control-plane' ? 'KubeadmControlPlane' : 'MachineDeployment';
}

export function roleOf(kind: OwnerKind): MachineRole {
  return kind === 'KubeadmControlPlane' ? 'control-plane' : 'worker';
}

/** "machinedeployment/demo-md-0", as commands take it. */
export function describeOwner({ role, name }: Owner): string {
  return `${kindOf(role).toLowerCase()}/${name}`;
}

export function findDesired({ controlPlane, machineDeployments }: DesiredCluster, { role, name }: Owner): DesiredControlPlane | DesiredMachineDeployment | undefined {
  if (role === 'control-plane') return controlPlane.name === name ? controlPlane : undefined;
  return machineDeployments.find((deployment) => deployment.name === name);
}

/** What a Machine was made for; undefined: a MachineDeployment that is no longer desired. */
export function findOwner(desired: DesiredCluster, machine: Pick<Machine, 'role' | 'owner'>): DesiredControlPlane | DesiredMachineDeployment | undefined {
  return machine.role === 'control-plane' ? desired.controlPlane : findDesired(desired, { role: 'worker', name: machine.owner });
}

/** The sentence for it, with those that there are. */
export function noSuchOwner({ identity, desired }: { readonly identity: ClusterIdentity; readonly desired: DesiredCluster }, owner: Owner): string {
  return `cluster ${identity.name} has no ${describeOwner(owner)}; it has ${listOwners(desired)}`;
}

function listOwners({ controlPlane, machineDeployments }: DesiredCluster): string {
  const owners: readonly Owner[] = [{ role: 'control-plane', name: controlPlane.name }, ...machineDeployments.map(({ name }): Owner => ({ role: 'worker', name }))];
  return owners.map(describeOwner).join(', ');
}
