import { compareDesired } from '../../api/compare-desired.ts';
import { currentOperation, type ClusterState } from '../cluster-state.ts';
import { describeChange } from '../decide-apply.ts';
import { isOpen } from '../operation.ts';
import type { Restorable } from './accept-recovery.ts';

export type RecoveryDecision =
  | { readonly action: 'recover'; readonly reasons: readonly string[] }
  | { readonly action: 'refuse'; readonly refusal: 'Conflict' | 'Invalid'; readonly reasons: readonly string[] };

/** @param backup.cluster whose it is */
export function decideRecovery(state: ClusterState, backup: Restorable & { readonly cluster: { readonly name: string; readonly uid: string } }): RecoveryDecision {
  const { identity, recovery, phase } = state;
  if (backup.cluster.uid !== identity.uid) {
    return refuse('Invalid', `backup ${backup.id} is of cluster ${backup.cluster.name} (UID ${backup.cluster.uid}), not of ${identity.name} (UID ${identity.uid})`);
  }
  if (phase === 'Deleting') return refuse('Conflict', `cluster ${identity.name} is being deleted`);
  const operation = currentOperation(state);
  // One that was cancelled, or has failed, holds nobody up: the next one begins from the beginning, with all that is left.
  if (recovery !== undefined && operation !== undefined && isOpen(operation)) return refuse('Conflict', `cluster ${identity.name} is being recovered from backup ${recovery.backup.id} already (${operation.id}); slipway resume takes it up again where it is Blocked`);
  if (operation?.phase === 'Cancelling' || operation?.phase === 'Undoing') return refuse('Conflict', `operation ${operation.id} is ${operation.phase.toLowerCase()}; try again when it has ended`);
  return { action: 'recover', reasons: [...lossesOf(state, backup), ...stillPaused(state)] };
}

function stillPaused({ identity, paused }: ClusterState): readonly string[] {
  return paused === undefined ? [] : [`the cluster is paused by ${paused.actor}: the recovery goes through all the same, and nothing after it is begun until slipway resume cluster ${identity.name}`];
}

/** What a person must know before they agree: all that is other afterwards, a line each. */
export function lossesOf(state: Pick<ClusterState, 'desired' | 'machines'>, backup: Restorable): readonly string[] {
  const controlPlanes = state.machines.filter(({ role }) => role === 'control-plane').map(({ name }) => name);
  return [
    lostWrites(backup),
    `control-plane Machines ${controlPlanes.join(', ')} are put out of service and replaced`,
    ...compareDesired(state.desired, backup.desired).map((change) => `back to the backup: ${describeChange(change)}`),
  ];
}

/** The same of a cluster that nobody manages: there is only the backup to go by. */
export function lossesOfLost(backup: Restorable & { readonly cluster: { readonly name: string; readonly uid: string } }): readonly string[] {
  const { controlPlane, machineDeployments } = backup.desired;
  const workers = machineDeployments.reduce((sum, { replicas }) => sum + replicas, 0);
  return [
    `nobody manages cluster ${backup.cluster.name} here: it is taken over from the backup (UID ${backup.cluster.uid}); no other installation may manage it any more`,
    lostWrites(backup),
    `control-plane Machines that are left are put out of service; ${controlPlane.replicas} new ones, and ${workers} workers, of which those in the backup that still run stay`,
  ];
}

export function lostWrites({ id, createdAt }: Restorable): string {
  return `everything written to the API after ${new Date(createdAt).toISOString()} is lost (backup ${id})`;
}

function refuse(refusal: 'Conflict' | 'Invalid', reason: string): RecoveryDecision {
  return { action: 'refuse', refusal, reasons: [reason] };
}
