import type { DesiredCluster } from '../api/desired-cluster.ts';
import type { PlanOrder } from './rollout/plan-order-lanes.ts';
import { wordsThatCount } from './rollout/approve-gate.ts';
import { planChangedError } from './rollout/follow-plan.ts';
import { publishedBefore } from './rollout/published.ts';
import { startOperation } from './accept-command.ts';
import { bump } from './update-state.ts';
import { withoutTakenOver } from './backup/decide-schedule.ts';
import { currentOperation, type ClusterState } from './cluster-state.ts';
import { mergeApply, replicasField, type FieldOverride, type MergedApply } from './merge-apply.ts';
import type { AgreedPlan, OnFailure } from './operation.ts';
import type { Owner } from './owner.ts';
import { markToGo } from './decide-replace.ts';

/** Transitions of a cluster that exists, one for each accepted change of what is wanted. */

type Wish = { readonly actor: string; readonly reason?: string; readonly onFailure: OnFailure; readonly changes: readonly string[]; readonly plan?: PlanOrder; readonly now: number };

export function acceptApply(state: ClusterState, merged: MergedApply, wish: Wish): ClusterState {
  const started = withoutTakenOver(startOperation(withDesired(state, merged.desired), { verb: 'apply', ...wish }));
  const { overrides: _before, ...rest } = started;
  return merged.overrides.length === 0 ? rest : { ...rest, overrides: merged.overrides };
}

/** A manifest that says what was set elsewhere has taken it over, although nothing changes. */
export function takeOver(state: ClusterState, manifest: DesiredCluster): ClusterState {
  const { overrides, ...rest } = state;
  if (overrides === undefined) return state;
  const left = mergeApply({ current: state.desired, overrides, manifest }).overrides;
  if (left.length === overrides.length) return state;
  return bump(left.length === 0 ? rest : { ...rest, overrides: left });
}

export function acceptScale(state: ClusterState, scale: { readonly owner: Owner; readonly desired: DesiredCluster }, wish: Wish): ClusterState {
  return acceptSetting(state, { verb: 'scale', desired: scale.desired, fields: [replicasField(scale.owner)] }, wish);
}

/** Fields that are set by another way than the manifest: an apply that says otherwise is told of it. */
export function acceptSetting(
  state: ClusterState,
  setting: { readonly verb: 'scale' | 'restart' | 'undo'; readonly desired: DesiredCluster; readonly fields: readonly string[] },
  wish: Wish,
): ClusterState {
  const { verb, desired, fields } = setting;
  const started = startOperation(withDesired(state, desired), { verb, ...wish });
  const operation = currentOperation(started)?.id ?? '';
  const others = (state.overrides ?? []).filter(({ field }) => !fields.includes(field));
  return { ...started, overrides: [...others, ...fields.map((field): FieldOverride => ({ field, actor: wish.actor, operation, at: wish.now }))] };
}

export function acceptReplace(state: ClusterState, machine: string, wish: Wish): ClusterState {
  const { actor, reason, now } = wish;
  const deletion = { actor, at: now, ...(reason === undefined ? {} : { reason }) };
  // What is wanted stays: whoever agreed to how it comes about is still held to that.
  const plan = agreedStill(state);
  return startOperation({ ...markToGo(state, machine, deletion), previous: wholeBefore(state) }, { verb: 'replace', ...wish, ...(plan === undefined ? {} : { plan }) });
}

/** What people agreed to of a wish that has not come to its end. */
export function agreedStill(state: ClusterState): AgreedPlan | undefined {
  const operation = currentOperation(state);
  return operation?.phase === 'Succeeded' ? undefined : operation?.plan;
}

/**
 * An apply of the same manifest takes up what is Blocked as --retry does: whoever saw that the plan has changed, and goes on,
 * has agreed to the new one.
 */
export function agreedOnResume(state: ClusterState): AgreedPlan | undefined {
  const operation = currentOperation(state);
  return operation?.phase === 'Blocked' && operation.evidence?.error !== planChangedError ? operation.plan : undefined;
}

/** Back to what was wanted before the operation under way; what it has made by then goes again. */
export function acceptAbort(state: ClusterState, wish: Wish): ClusterState {
  const { previous } = state;
  if (previous === undefined) return state;
  const machines = state.machines.map(({ deletion: _deletion, ...machine }) => machine);
  return startOperation({ ...withDesired(state, previous), machines }, { verb: 'apply', ...wish });
}

/** The same replicas once more, after a scale that did not come to them: what is wanted stays. */
export function resumeScale(state: ClusterState, wish: Wish): ClusterState {
  const changes = currentOperation(state)?.changes ?? wish.changes;
  return startOperation(state, { verb: 'scale', ...wish, changes });
}

/** A wish that takes another's place before it was done goes back, if aborted, to what was last whole. */
function wholeBefore(state: ClusterState): DesiredCluster {
  const operation = currentOperation(state);
  const isWhole = operation === undefined || operation.phase === 'Succeeded';
  return isWhole ? state.desired : (state.previous ?? state.desired);
}

function withDesired(state: ClusterState, desired: DesiredCluster): ClusterState {
  // What the cluster itself holds is what was wanted until now: from here on the two may differ.
  const published = publishedBefore(state);
  const words = wordsThatCount({ ...state, desired });
  return bump({ ...state, ...words, published, desired, revision: state.revision + 1, previous: wholeBefore(state) });
}
