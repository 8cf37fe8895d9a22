import { startOperation } from '../../../../domain/accept-command.ts';
import { decideApply } from '../../../../domain/decide-apply.ts';
import { applyReport } from '../../../../domain/apply-report.ts';
import { recordStarted } from '../../../../domain/record-started.ts';
import { withOperation } from '../../../../domain/update-state.ts';
import { currentOperation, type ClusterState } from '../../../../domain/cluster-state.ts';
import { concludeOperation } from '../../../../domain/plan/conclude-operation.ts';
import type { Evidence } from '../../../../domain/evidence.ts';
import { isOpen, type OnFailure } from '../../../../domain/operation.ts';
import { planSteps, type StepPlan } from '../../../../domain/plan/plan-steps.ts';
import type { Step, StepOutcome } from '../../../../domain/step.ts';

/** One thing that happens to a cluster's workflow. `pick` chooses among the running steps, modulo their number. */
export type Happening =
  | { readonly kind: 'joined' | 'done' | 'blocked' | 'cancelled' | 'late'; readonly pick: number }
  | { readonly kind: 'apply'; readonly onFailure: OnFailure }
  | { readonly kind: 'delete' }
  | { readonly kind: 'cancel' };

export type Passed = { readonly state: ClusterState; readonly plan: StepPlan };

const evidence: Evidence = { at: 'somewhere', error: 'KubeadmFailedError', message: 'kubeadm exited with 1', attempts: 3 };

/** One pass of the entity's loop, without its effects: plan, start, conclude. */
export function pass(before: ClusterState, now: number): Passed {
  const plan = planSteps(before);
  const started = plan.start.reduce((state, planned) => recordStarted(state, planned, now), before);
  return { plan, state: concludeOperation(started, plan, now) };
}

export type Watchers = {
  readonly onPass?: (passed: Passed, before: ClusterState) => void;
  readonly onChange?: (after: ClusterState, before: ClusterState) => void;
};

/** Passes until nothing changes: what the loop comes to before something else happens. */
export function settle(before: ClusterState, now: number, { onPass, onChange }: Watchers = {}): ClusterState {
  let state = before;
  // A few passes do; a plan that never comes to rest is a mistake of its own.
  for (let count = 0; count < 20; count += 1) {
    const passed = pass(state, now);
    onPass?.(passed, state);
    onChange?.(passed.state, state);
    if (passed.state.version === state.version) return passed.state;
    ({ state } = passed);
  }
  throw new Error(`the plan never comes to rest: ${JSON.stringify(planSteps(state))}`);
}

/** The whole story, continued as new at every turn: the state is a plain JSON value. */
export function tell(cluster: ClusterState, happenings: readonly Happening[], watchers: Watchers = {}): ClusterState {
  let now = cluster.createdAt;
  let state = settle(cluster, now, watchers);
  for (const happening of happenings) {
    now += 1000;
    const changed = happen(state, happening, now);
    watchers.onChange?.(changed, state);
    state = settle(structuredClone(changed), now, watchers);
  }
  return state;
}

/** Each step succeeds from now on, the oldest first. A cluster that goes on for ever is an error. */
export function finish(cluster: ClusterState): ClusterState {
  const now = cluster.createdAt + 3_600_000;
  let state = settle(cluster, now);
  for (let count = 0; running(state).length > 0; count += 1) {
    if (count === 200) throw new Error(`it never ends: ${JSON.stringify(running(state))}`);
    state = settle(happen(state, { kind: 'done', pick: 0 }, now), now);
  }
  return state;
}

export function happen(state: ClusterState, happening: Happening, now: number): ClusterState {
  switch (happening.kind) {
    case 'apply':
      return apply(state, happening.onFailure, now);
    case 'delete':
      return isRemoving(state) ? state : startOperation(state, { verb: 'delete', actor: 'ada@laptop', onFailure: 'block', now });
    case 'cancel':
      return cancel(state);
    case 'joined':
    case 'done':
    case 'blocked':
    case 'cancelled':
    case 'late':
      return report(state, happening, now);
  }
}

export function running(state: ClusterState): readonly Step[] {
  return state.steps.filter((step) => step.state === 'Running');
}

function apply(state: ClusterState, onFailure: OnFailure, now: number): ClusterState {
  const { action } = decideApply(state, { manifest: state.desired });
  return action === 'resume' ? startOperation(state, { verb: 'create', actor: 'ada@laptop', onFailure, now }) : state;
}

function cancel(state: ClusterState): ClusterState {
  const operation = currentOperation(state);
  if (operation === undefined || !isOpen(operation) || operation.verb === 'delete' || operation.phase === 'Undoing') return state;
  return withOperation(state, { ...operation, phase: 'Cancelling' });
}

function isRemoving(state: ClusterState): boolean {
  const operation = currentOperation(state);
  return operation?.verb === 'delete' && operation.phase === 'Running';
}

function report(state: ClusterState, { kind, pick }: { readonly kind: StepOutcome['kind'] | 'late'; readonly pick: number }, now: number): ClusterState {
  const steps = running(state);
  const step = steps[pick % Math.max(1, steps.length)];
  if (step === undefined) return state;
  const about = { stepId: step.id, phases: [] };
  if (kind === 'late') return applyReport(state, { ...about, generation: step.generation - 1, outcome: { kind: 'done' } }, now);
  // Only a Machine can join.
  if (kind === 'joined' && !/Join|Init/.test(step.kind)) return state;
  const outcome: StepOutcome = kind === 'blocked' ? { kind, evidence } : { kind };
  return applyReport(state, { ...about, generation: step.generation, outcome }, now);
}
