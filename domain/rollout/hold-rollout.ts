import type { ClusterState } from '../cluster-state.ts';
import { APPROVAL_GATES, approvalGates, type ApprovalGate } from '../../api/approval-gates.ts';
import type { Owner } from '../owner.ts';
import type { RolloutPause } from './rollout-word.ts';
import { rolloutId } from './wanted-templates.ts';
import { describePause } from '../pause-cluster.ts';

/** Why no Machine of that owner is replaced now; empty: nothing holds it. Repairs and scaling go on. */
export function pauseReasons(state: ClusterState, owner: Owner): readonly string[] {
  const pause = pauseOf(state, owner);
  if (pause === undefined) return [];
  return [`its rollout is ${describePause(pause)}`];
}

export function pauseOf({ rollouts }: Pick<ClusterState, 'rollouts'>, { role, name }: Owner): RolloutPause | undefined {
  return rollouts?.paused?.find((pause) => pause.owner === name && pause.role === role);
}

/** The gate is in the Cluster's annotation, and nobody has let this very change pass it. */
export function gateReasons(state: ClusterState, gate: ApprovalGate): readonly string[] {
  if (!approvalGates(state.desired.metadata).includes(gate)) return [];
  const rollout = rolloutId(state.desired);
  const isApproved = state.rollouts?.approvals?.some((approval) => approval.gate === gate && approval.rollout === rollout) ?? false;
  return isApproved ? [] : [`waits for approval: slipway approve cluster/${state.identity.name} --gate ${gate} --reason …`];
}

/** As it will be once a person has let it pass: a plan shows what comes behind its gates, too. */
export function withGatesOpen(state: ClusterState): ClusterState {
  const rollout = rolloutId(state.desired);
  const approvals = APPROVAL_GATES.map((gate) => ({ gate, rollout, actor: '', at: 0, reason: '' }));
  return { ...state, rollouts: { ...state.rollouts, approvals } };
}

/** What a person will be asked on the way, a line each. */
export function gatesAhead(state: ClusterState): readonly string[] {
  return APPROVAL_GATES.flatMap((gate) => gateReasons(state, gate).map((reason) => `${gate} ${reason}`));
}
