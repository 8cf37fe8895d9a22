import { APPROVE_BEFORE_ANNOTATION, approvalGates, type ApprovalGate } from '../../api/approval-gates.ts';
import type { ClusterState } from '../cluster-state.ts';
import { findDesired } from '../owner.ts';
import type { HoldUp } from '../hold-up.ts';
import { gateReasons } from './hold-rollout.ts';
import { recordWord } from './record-word.ts';
import { rolloutId } from './wanted-templates.ts';

export type ApprovalDecision =
  | { readonly action: 'approve' | 'unchanged'; readonly reasons: readonly string[] }
  | { readonly action: 'refuse'; readonly refusal: 'Conflict' | 'Invalid'; readonly reasons: readonly string[] };

/** Whether a rollout waits at that gate now: what nobody has seen come that far is not approved in advance. */
export function decideApproval(state: ClusterState, { gate, reason }: { readonly gate: ApprovalGate; readonly reason: string }): ApprovalDecision {
  const cluster = `cluster ${state.identity.name}`;
  if (reason.trim() === '') return refuse('Invalid', 'an approval needs a reason: who looks at it later wants to know why');
  const asked = approvalGates(state.desired.metadata);
  if (!asked.includes(gate)) {
    const gates = asked.length === 0 ? 'it asks for none' : `it asks for ${asked.join(', ')}`;
    return refuse('Conflict', `${cluster} asks for no approval "${gate}": ${gates} (annotation ${APPROVE_BEFORE_ANNOTATION})`);
  }
  const before = state.rollouts?.approvals?.find((approval) => approval.gate === gate && approval.rollout === rolloutId(state.desired));
  if (before !== undefined) return { action: 'unchanged', reasons: [`"${gate}" was approved by ${before.actor}: ${before.reason}`] };
  const waiting = waitingAt(state, gate);
  if (waiting.length === 0) return refuse('Conflict', `nothing of ${cluster} waits at "${gate}"`);
  return { action: 'approve', reasons: waiting.map(({ subject }) => `${subject} waits at "${gate}"`) };
}

/** What holds the owners up whose rollout has come to that gate. */
export function waitingAt(state: ClusterState, gate: ApprovalGate): readonly HoldUp[] {
  const wanted = gateReasons(state, gate);
  return (state.holdUps ?? []).filter(({ reasons }) => reasons.some((reason) => wanted.includes(reason)));
}

/** It is for this very change of the templates: another one asks again. */
export function approveGate(state: ClusterState, approval: { readonly gate: ApprovalGate; readonly actor: string; readonly at: number; readonly reason: string }): ClusterState {
  const { gate, actor, at, reason } = approval;
  return recordWord(state, {
    change: { approvals: [...(state.rollouts?.approvals ?? []), { ...approval, rollout: rolloutId(state.desired) }] },
    saying: { actor, at, reason, subject: `cluster/${state.identity.name}`, action: `approve ${gate}` },
  });
}

/** What was said of owners that are gone, or of another change than the one that is wanted now, counts no more. */
export function wordsThatCount({ rollouts, desired }: Pick<ClusterState, 'rollouts' | 'desired'>): Pick<ClusterState, 'rollouts'> {
  if (rollouts === undefined) return {};
  const { paused = [], approvals = [] } = rollouts;
  return {
    rollouts: {
      ...rollouts,
      paused: paused.filter(({ owner: name, role }) => findDesired(desired, { role, name }) !== undefined),
      approvals: approvals.filter(({ rollout }) => rollout === rolloutId(desired)),
    },
  };
}

function refuse(refusal: 'Conflict' | 'Invalid', reason: string): ApprovalDecision {
  return { action: 'refuse', refusal, reasons: [reason] };
}
