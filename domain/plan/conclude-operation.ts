import { currentOperation, type ClusterState } from '../cluster-state.ts';
import { settleTakenBack } from '../take-back.ts';
import { blockOperation, withOperation } from '../update-state.ts';
import type { Evidence } from '../evidence.ts';
import type { StepPlan } from './plan-steps.ts';
import { noSafeStepError } from './repairs.ts';

/**
 * Moves the current operation on when its plan has nothing left to do, or when --on-failure
 * or a cancel decides what a failure means. Returns the same state when nothing changes.
 */
export function concludeOperation(state: ClusterState, plan: StepPlan, now: number): ClusterState {
  const operation = currentOperation(state);
  if (operation === undefined) return state;
  const stillRunning = state.steps.some((step) => step.state === 'Running');
  if (operation.phase === 'Blocked' && !stillRunning) {
    // An undo that is itself stuck waits for a person: starting it again by itself would never end.
    if (state.steps.some((step) => step.kind === 'DeleteCluster' && step.state === 'Blocked')) return state;
    if (operation.verb !== 'create' || operation.onFailure === 'block') return state;
    return operation.onFailure === 'undo'
      ? { ...withOperation(state, { ...operation, phase: 'Undoing' }), phase: 'Deleting' }
      : { ...withOperation(state, { ...operation, phase: 'Failed', endedAt: now }), phase: 'Failed' };
  }
  if (operation.phase === 'Cancelling' && !stillRunning) {
    return operation.verb === 'create' && operation.onFailure === 'undo'
      ? { ...withOperation(state, { ...operation, phase: 'Undoing' }), phase: 'Deleting' }
      : withOperation(state, { ...operation, phase: 'Cancelled', endedAt: now });
  }
  if (plan.action === 'stuck') return blockOperation(state, stuckEvidence(state, plan.reasons));
  if (plan.action !== 'finished') return state;
  if (operation.phase === 'Undoing') return withOperation(state, { ...operation, phase: 'Undone', endedAt: now });
  if (operation.phase === 'Running' && operation.verb === 'delete') {
    return withOperation(state, { ...operation, phase: 'Succeeded', endedAt: now });
  }
  if (operation.phase === 'Running') {
    const { previous: _previous, skipped: _skipped, recovery: _recovery, ...done } = withOperation(state, { ...operation, phase: 'Succeeded', endedAt: now });
    return { ...done, machines: settleTakenBack(done.machines), phase: 'Provisioned' };
  }
  return state;
}

/** No step failed: none may be taken. */
function stuckEvidence(state: ClusterState, reasons: readonly string[]): Evidence {
  const { name } = state.desired.controlPlane;
  return { at: `cluster/${state.identity.name}: control plane ${name}`, error: noSafeStepError, message: reasons.join('\n'), attempts: 1 };
}
