import { proxyActivities } from '@temporalio/workflow';
import type { createPlanActivities } from '../activities/plan-activities.ts';
import { newCluster, startOperation } from '../domain/accept-command.ts';
import { acceptApply, acceptScale } from '../domain/change-cluster.ts';
import type { ClusterPlan } from '../domain/cluster-plan.ts';
import type { ClusterState } from '../domain/cluster-state.ts';
import { decideApply } from '../domain/decide-apply.ts';
import { decideScale } from '../domain/decide-scale.ts';
import { nothingObserved } from '../domain/plan-facts.ts';
import { projectSteps } from '../domain/project-steps.ts';
import { orderOf } from '../domain/rollout/plan-order.ts';
import { resume } from '../domain/resume-operation.ts';
import { interactive } from './activity-options.ts';
import type { PlanInput } from './contracts.ts';

type Wanted = PlanInput;

const { lookUpCluster, previewManifest, observePlanFacts } = proxyActivities<ReturnType<typeof createPlanActivities>>(interactive);

const who = { actor: 'plan', onFailure: 'block' as const, changes: [], now: 0 };

/**
 * What a wish would come to: the same decisions that would carry it out, on what is there now.
 * Reads only.
 */
export async function planCluster(input: PlanInput): Promise<ClusterPlan> {
  const { state } = await lookUpCluster({ name: input.cluster });
  return 'apply' in input ? planApply(state, input) : planScale(state, input);
}

async function planApply(state: ClusterState | undefined, input: Extract<Wanted, { apply: unknown }>): Promise<ClusterPlan> {
  const { cluster } = input;
  const { desired, force } = input.apply;
  const manifest = await previewManifest({ desired, ...(state === undefined ? {} : { uid: state.identity.uid }) });
  const decision = decideApply(state, { manifest, ...(force === undefined ? {} : { force }) });
  if (state === undefined) {
    const created = newCluster({ placement: { installation: '', uid: '', host: '' }, desired: manifest, now: 0 });
    const steps = projectSteps(startOperation(created, { verb: 'create', ...who }), nothingObserved);
    return { cluster, action: 'create', reasons: decision.reasons, changes: [], ...steps };
  }
  const seen = { cluster, reasons: decision.reasons, revision: state.revision };
  switch (decision.action) {
    case 'refuse':
      return { ...seen, action: 'refuse', refusal: decision.refusal, changes: [], steps: [], waiting: [] };
    case 'start':
    case 'unchanged':
    case 'attach':
      return { ...seen, action: decision.action === 'attach' ? 'attach' : 'unchanged', changes: [], steps: [], waiting: [] };
    case 'resume':
      return { ...seen, action: 'resume', changes: [], ...(await project(resume(state, { at: 0, actor: 'plan', how: 'retry' }))) };
    case 'change':
      return { ...seen, action: 'change', changes: decision.reasons, ...(await projectChange(acceptApply(state, decision.merged, who))) };
  }
}

async function planScale(state: ClusterState | undefined, input: Extract<Wanted, { scale: unknown }>): Promise<ClusterPlan> {
  const { cluster, scale } = input;
  if (state === undefined) {
    return { cluster, action: 'refuse', refusal: 'NotFound', reasons: [`there is no cluster ${cluster}`], changes: [], steps: [], waiting: [] };
  }
  const decision = decideScale(state, scale);
  const seen = { cluster, reasons: decision.reasons, revision: state.revision };
  switch (decision.action) {
    case 'refuse':
      return { ...seen, action: 'refuse', refusal: decision.refusal, changes: [], steps: [], waiting: [] };
    case 'unchanged':
      return { ...seen, action: 'unchanged', changes: [], steps: [], waiting: [] };
    case 'scale': {
      const scaled = acceptScale(state, { owner: scale.owner, desired: decision.desired }, who);
      return { ...seen, action: 'change', changes: decision.reasons, ...(await projectChange(scaled)) };
    }
  }
}

/** With the order that an apply would be held to. */
async function projectChange(state: ClusterState): Promise<Pick<ClusterPlan, 'steps' | 'waiting' | 'order'>> {
  const projected = await project(state);
  // What could not be planned to its end is nothing to hold anybody to.
  return projected.waiting.length > 0 ? projected : { ...projected, order: orderOf(state.desired, projected.steps) };
}

async function project(state: ClusterState): Promise<Pick<ClusterPlan, 'steps' | 'waiting'>> {
  const { allocation, identity, machines } = state;
  if (allocation === undefined) return projectSteps(state, nothingObserved);
  return projectSteps(state, await observePlanFacts({ cluster: identity, allocation, machines }));
}
