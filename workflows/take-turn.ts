import { currentOperation, type ClusterState } from '../domain/cluster-state.ts';
import { concludeOperation } from '../domain/plan/conclude-operation.ts';
import { forgetQuorumLost } from '../domain/health/record-health.ts';
import { recordHoldUps } from '../domain/plan/hold-ups.ts';
import type { PlanFacts } from '../domain/plan/plan-facts.ts';
import type { StepPlan } from '../domain/plan/plan-steps.ts';
import { hasLostQuorum } from '../domain/quorum/membership.ts';
import { beginDue } from '../domain/rollout/decide-due.ts';
import { ensureMachinesNamed, nameRepairs } from './allocate-machines.ts';
import type { ClusterInbox } from './cluster-inbox.ts';
import { followAgreed } from './follow-agreed.ts';
import { planWithFacts } from './plan-with-facts.ts';
import type { SkipMessenger } from './skip-messenger.ts';
import { cancelRunningSteps, startSteps } from './start-steps.ts';
import { tellOfNews } from './tell-people.ts';
import type { Troubles } from './troubles.ts';

/** Decide, start, again: until nothing more can be done before something else happens. Undefined where nothing could be decided. */
export async function takeTurn(inbox: ClusterInbox, { skips, troubles }: { readonly skips: SkipMessenger; readonly troubles: Troubles }): Promise<StepPlan | undefined> {
  inbox.update((state) => beginDue(state, Date.now()));
  await ensureMachinesNamed(inbox);
  await skips.deliver(inbox.current());
  let plan: StepPlan | undefined;
  let facts: PlanFacts | undefined;
  await troubles.attempt('plan', async () => {
    await nameRepairs(inbox);
    const wanted = await planWithFacts(inbox);
    facts = wanted.facts;
    plan = await followAgreed(inbox, wanted);
  });
  if (plan?.surge !== undefined) await ensureMachinesNamed(inbox, plan.surge);
  if (plan?.action === 'start') await startSteps(inbox, plan.start);
  inbox.update((state) => concludeTurn(state, plan));
  if (mustStopSteps(inbox.current())) await troubles.attempt('find steps', () => cancelRunningSteps(inbox));
  inbox.update((state) => forgetWhatIsOver(state, facts));
  await tellOfNews(inbox, facts);
  return plan;
}

/** Without a plan what held things up does so still. */
function concludeTurn(state: ClusterState, plan: StepPlan | undefined): ClusterState {
  const concluded = concludeOperation(state, plan ?? undecided, Date.now());
  return plan === undefined ? concluded : recordHoldUps(concluded, plan, Date.now());
}

const undecided: StepPlan = { action: 'wait', start: [], waiting: [], reasons: ['what is there could not be looked at'] };

function forgetWhatIsOver(state: ClusterState, facts: PlanFacts | undefined): ClusterState {
  return facts?.etcd.known === true && !hasLostQuorum(facts.etcd.value) ? forgetQuorumLost(state) : state;
}

function mustStopSteps(state: ClusterState): boolean {
  const operation = currentOperation(state);
  if (operation === undefined) return false;
  if (operation.phase === 'Cancelling') return true;
  const removing = operation.phase === 'Undoing' || (operation.verb === 'delete' && operation.phase === 'Running');
  return removing && state.steps.some((step) => step.state === 'Running' && step.kind !== 'DeleteCluster');
}
