import { compareVersions, parseVersion } from '../../api/validation/versions.ts';
import type { ClusterState } from '../cluster-state.ts';
import { hasJoined, type Machine } from '../machine.ts';
import type { ObservedNode } from '../observation.ts';
import { isStepRunning, type PlannedStep } from '../plan-parts.ts';
import type { Recovery } from './recovery.ts';

/** First of all nothing of the old control plane may answer any more: two of them would each take writes. */
export function planStopControlPlane(state: ClusterState): PlannedStep | undefined {
  const recovery = pendingRecovery(state);
  if (recovery === undefined || recovery.stopped === true) return undefined;
  return { kind: 'StopControlPlane', reasons: [`what is left of the old control plane must not answer beside what is restored from backup ${recovery.backup.id}`] };
}

/** How the first control-plane Machine comes to be. */
export function planFirstMachine(state: ClusterState, machine: string): PlannedStep {
  const recovery = pendingRecovery(state);
  if (recovery === undefined) return { kind: 'InitControlPlane', machine, reasons: ['the first control-plane Machine starts the cluster'] };
  const { backup, from } = recovery;
  const reason = from === undefined ? `etcd's data and the keys of backup ${backup.id} start the cluster again` : `etcd's data of backup ${backup.id}, of cluster ${from.cluster.name}, starts the cluster`;
  return { kind: 'RestoreControlPlane', machine, reasons: [reason] };
}

/** As many as the largest control plane has. */
const removedAtOnce = 7;

/**
 * The old control plane goes side by side as soon as the new one serves, and before anybody joins. None of it is a
 * member of what was restored, the load balancer has forgotten it, and its Nodes are deleted: what is left are its
 * Machines, and one that could not be told to stop may still run. Nothing of etcd is looked at for that.
 */
export function planLostMachines(state: ClusterState): readonly PlannedStep[] {
  const { recovery, machines } = state;
  if (recovery?.restored !== true) return [];
  const left = machines.filter(({ name, phase }) => phase === 'Deleting' && recovery.lost.includes(name));
  const waiting = left.filter((machine) => !isStepRunning(state, machine, ['RemoveMachine']));
  const room = removedAtOnce - (left.length - waiting.length);
  return waiting.slice(0, room).map(({ name }) => ({ kind: 'RemoveMachine', machine: name, reasons: [`it is of before the recovery from backup ${recovery.backup.id}`] }));
}

/** One whose API does not answer yet: nothing but what brings it back is done. */
export function pendingRecovery({ recovery }: Pick<ClusterState, 'recovery'>): Recovery | undefined {
  return recovery?.restored === true ? undefined : recovery;
}

export function isRecovering(state: ClusterState): boolean {
  return pendingRecovery(state) !== undefined;
}

/**
 * Workers that the restored cluster cannot take back as they are: a kubelet registers its Node only when
 * it starts, and may never be newer than the API server.
 */
export function strandedWorkers({ recovery, desired }: ClusterState, staying: readonly Machine[], nodes: readonly ObservedNode[]): readonly PlannedStep[] {
  if (recovery?.restored !== true) return [];
  const candidates = staying.filter((machine) => hasJoined(machine) && machine.createdAt < recovery.acceptedAt);
  return candidates.flatMap((machine) => {
    const why = whyStranded(machine, { nodes, controlPlane: desired.controlPlane.version });
    return why === undefined ? [] : [{ kind: 'RemoveMachine' as const, machine: machine.name, reasons: [why] }];
  });
}

function whyStranded({ name, version }: Machine, seen: { readonly nodes: readonly ObservedNode[]; readonly controlPlane: string }): string | undefined {
  const { nodes, controlPlane } = seen;
  const [kubelet, server] = [parseVersion(version), parseVersion(controlPlane)];
  if (kubelet !== undefined && server !== undefined && compareVersions(kubelet, server) > 0) return `its kubelet ${version} is newer than the restored control plane`;
  return nodes.some((node) => node.name === name) ? undefined : 'its Node is not in the backup';
}
