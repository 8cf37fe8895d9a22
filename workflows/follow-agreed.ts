import { proxyActivities } from '@temporalio/workflow';
import type { createPlanActivities } from '../activities/plan-activities.ts';
import { blockOperation, withOperation } from '../domain/update-state.ts';
import { currentOperation, type ClusterState } from '../domain/cluster-state.ts';
import type { PlanFacts } from '../domain/plan/plan-facts.ts';
import type { StepPlan } from '../domain/plan/plan-steps.ts';
import { projectSteps } from '../domain/plan/project-steps.ts';
import { followPlan, planChanged } from '../domain/rollout/follow-plan.ts';
import { compareOrders, orderOf } from '../domain/rollout/plan-order.ts';
import { chore } from './activity-options.ts';
import type { ClusterInbox } from './cluster-inbox.ts';
import { factsRequest } from './facts-request.ts';

const { observePlanFacts } = proxyActivities<ReturnType<typeof createPlanActivities>>({ ...chore, summary: 'what was agreed to, looked at' });

const lookAgainMs = 5_000;

/**
 * What a person agreed to is what is carried out: where the plan is another one by now, nothing more is
 * started and the operation waits for somebody to look.
 */
export async function followAgreed(inbox: ClusterInbox, { plan, facts }: { readonly plan: StepPlan; readonly facts?: PlanFacts }): Promise<StepPlan> {
  // Beside what is Blocked there are repairs alone, which no plan foresees.
  if (plan.action !== 'start' || currentOperation(inbox.current())?.phase === 'Blocked') return plan;
  const checked = await checkAtStart(inbox, facts);
  if (checked.action === 'lookAgain') return { action: 'wait', start: [], waiting: [], reasons: checked.reasons, recheckMs: lookAgainMs };
  if (checked.action === 'stop') return stop(inbox, checked.reasons);
  const followed = followPlan(inbox.current(), plan.start);
  if (followed.action === 'stop') return stop(inbox, followed.reasons);
  if (followed.state !== inbox.current()) inbox.update(() => followed.state);
  return plan;
}

type Checked = { readonly action: 'go' | 'lookAgain' | 'stop'; readonly reasons: readonly string[] };

const go: Checked = { action: 'go', reasons: [] };

/** @param seen what the plan of this pass was made of, if it needed any; else it is looked at now */
async function checkAtStart(inbox: ClusterInbox, seen: PlanFacts | undefined): Promise<Checked> {
  const { allocation } = inbox.current();
  const operation = currentOperation(inbox.current());
  const agreed = operation?.plan;
  if (operation === undefined || agreed === undefined || agreed.checked === true || allocation === undefined) return go;
  const facts = seen ?? (await observePlanFacts(factsRequest(inbox.current(), allocation)));
  const unknown = Object.values(facts).flatMap((fact) => (fact.known ? [] : [fact.reason]));
  if (unknown.length > 0) return { action: 'lookAgain', reasons: unknown };
  const state = inbox.current();
  // A newer wish came meanwhile, with a plan of its own or none.
  if (currentOperation(state)?.id !== operation.id) return go;
  const order = orderOf(state.desired, projectSteps(state, facts).steps);
  if (order.hash !== agreed.hash) return { action: 'stop', reasons: compareOrders(agreed.lanes, order.lanes) };
  inbox.update((current) => withOperation(current, { ...operation, plan: { ...agreed, checked: true } }));
  return go;
}

function stop(inbox: ClusterInbox, reasons: readonly string[]): StepPlan {
  const block = (state: ClusterState): ClusterState => blockOperation(state, planChanged(state.identity.name, reasons));
  inbox.update(block);
  return { action: 'wait', start: [], waiting: [], reasons };
}
