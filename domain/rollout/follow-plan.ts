import { withOperation } from '../update-state.ts';
import { currentOperation, type ClusterState } from '../cluster-state.ts';
import type { Evidence } from '../evidence.ts';
import type { PlannedStep } from '../plan-parts.ts';
import { projectStep } from '../project-step.ts';
import type { StepKind } from '../step.ts';
import { agreedStep, describeAgreed, isSameStep, laneOf } from './plan-order.ts';
import { outdatedControlPlanes, outdatedWorkers } from './rollout-turn.ts';

/** Steps that take something away or change the cluster for good; joins and repairs may come between them. */
const ordered: readonly StepKind[] = ['UploadConfig', 'UpgradeAddons', 'UpdateNodes', 'RemoveMachine'];

export type PlanFollowed =
  | { readonly action: 'follow'; readonly state: ClusterState; readonly reasons: readonly string[] }
  | { readonly action: 'stop'; readonly reasons: readonly string[] };

/**
 * Whether these steps are the next ones of the plan that a person agreed to. What a plan does not
 * foresee is let through: another try of what has begun, Machines that somebody asked to go, and those
 * that are lost.
 */
export function followPlan(state: ClusterState, start: readonly PlannedStep[]): PlanFollowed {
  let followed = state;
  for (const step of start) {
    const rule = ruleOf(state, step);
    if (rule === 'free') continue;
    const operation = currentOperation(followed);
    const plan = operation?.plan;
    if (operation === undefined || plan === undefined) return { action: 'follow', state, reasons: [] };
    const projected = projectStep(state, step);
    const lane = laneOf(state.desired, projected);
    const left = (plan.lanes[lane] ?? []).filter(({ kind }) => ordered.includes(kind));
    const now = agreedStep(projected);
    if (!isSameStep(left[0], now)) {
      const isAnotherTry = step.kind !== 'RemoveMachine' && isSameStep(plan.begun?.[lane], now);
      if (rule === 'asked' || isAnotherTry) continue;
      return { action: 'stop', reasons: [`${lane}: agreed was ${describeAgreed(left[0])}; now it would be ${describeAgreed(now)}`] };
    }
    followed = withOperation(followed, { ...operation, plan: { ...plan, lanes: { ...plan.lanes, [lane]: left.slice(1) }, begun: { ...plan.begun, [lane]: now } } });
  }
  return { action: 'follow', state: followed, reasons: [] };
}

/** Shown to a person, who may go on with what would be done now, or abort. */
export function planChanged(cluster: string, reasons: readonly string[]): Evidence {
  const message = [
    `cluster ${cluster}: what would be done is not what was agreed to any more.`,
    ...reasons,
    'What was done by then stays. Look at it with slipway describe; go on with the new order by slipway resume --retry, or go back by --abort.',
  ].join('\n');
  return { at: `cluster/${cluster}: plan`, error: planChangedError, message, attempts: 1 };
}

export const planChangedError = 'PlanChangedError';

/**
 *  free     may come between
 *  asked    somebody wants that Machine to go: where the plan would take just such a one next, it is that one
 *  ordered  has to be the next one of its lane
 */
type Rule = 'free' | 'asked' | 'ordered';

function ruleOf(state: ClusterState, step: PlannedStep): Rule {
  if (!ordered.includes(step.kind)) return 'free';
  if (step.kind !== 'RemoveMachine') return hasBegun(state, step) ? 'free' : 'ordered';
  const machine = state.machines.find(({ name }) => name === step.machine);
  if (machine === undefined || machine.phase === 'Deleting') return 'free';
  const deployment = state.desired.machineDeployments.find(({ name }) => name === machine.owner);
  const { deletion, ...kept } = machine;
  const asIfKept = { ...state, machines: state.machines.map((each) => (each.name === machine.name ? kept : each)) };
  const outdated = machine.role === 'control-plane' ? outdatedControlPlanes(asIfKept) : outdatedWorkers(asIfKept, deployment);
  if (!outdated.has(machine.name)) return 'free';
  return deletion === undefined ? 'ordered' : 'asked';
}

/** In this operation, and did not come to its end. */
function hasBegun(state: ClusterState, { kind, brings }: PlannedStep): boolean {
  const operation = currentOperation(state)?.id;
  return state.steps.some((step) => step.kind === kind && step.operation === operation && step.brings === brings && step.state !== 'Done');
}
