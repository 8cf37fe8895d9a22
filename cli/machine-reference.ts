import type { ClusterState } from '../domain/cluster-state.ts';
import type { MachineReference } from '../workflows/contracts.ts';
import { NotFoundError } from './errors.ts';

/** @throws NotFoundError */
export function machineReference(state: ClusterState, name: string): MachineReference {
  const machine = state.machines.find((candidate) => candidate.name === name);
  if (machine === undefined) throw new NotFoundError({ what: `there is no Machine "${name}" in cluster ${state.identity.name}` });
  return { name, uid: machine.uid, sshPort: machine.sshPort };
}
