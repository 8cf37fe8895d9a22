import { proxyActivities } from '@temporalio/workflow';
import type { createPlanActivities } from '../activities/plan-activities.ts';
import { withNewcomers, type PlanFacts } from '../domain/plan/plan-facts.ts';
import { recordEtcdVersions } from '../domain/rollout/etcd-versions.ts';
import { planSteps, type StepPlan } from '../domain/plan/plan-steps.ts';
import { chore } from './activity-options.ts';
import type { ClusterInbox } from './cluster-inbox.ts';
import { factsRequest } from './facts-request.ts';

const { observePlanFacts } = proxyActivities<ReturnType<typeof createPlanActivities>>({ ...chore, summary: 'what is there' });

/** The plan; where it depends on what is there, that is looked at first, and comes along. */
export async function planWithFacts(inbox: ClusterInbox): Promise<{ readonly plan: StepPlan; readonly facts?: PlanFacts }> {
  const plan = planSteps(inbox.current());
  const { allocation } = inbox.current();
  if (plan.action !== 'observe' || allocation === undefined) return { plan };
  const { machines } = inbox.current();
  const seen = await observePlanFacts(factsRequest(inbox.current(), allocation));
  const facts = withNewcomers(seen, machines, inbox.current().machines);
  inbox.update((state) => recordEtcdVersions(state, facts.etcd));
  // A command may have come meanwhile: what was seen is as true for what is wanted now.
  return { plan: planSteps(inbox.current(), facts), facts };
}
