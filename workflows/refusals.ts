import { ApplicationFailure } from '@temporalio/workflow';
import type { ClusterState } from '../domain/cluster-state.ts';
import type { RefusalType } from './messages.ts';

/** How an update is refused: the only error that may leave a handler. */
export function refusal(type: RefusalType, reasons: readonly string[]): ApplicationFailure {
  return ApplicationFailure.create({ type, message: reasons.join('\n'), nonRetryable: true });
}

/** @throws Conflict where somebody changed the cluster after the caller had looked at it */
export function refuseStale(state: ClusterState, seenRevision: number | undefined): void {
  if (seenRevision === undefined || seenRevision === state.revision) return;
  throw refusal('Conflict', [
    `cluster ${state.identity.name} is at revision ${state.revision} now, and you saw revision ${seenRevision}: somebody changed it meanwhile. Look again, and decide again`,
  ]);
}
