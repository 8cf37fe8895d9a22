import { proxyActivities } from '@temporalio/workflow';
import type { createPlanActivities } from '../activities/plan-activities.ts';
import { newCluster, startOperation } from '../domain/accept-command.ts';
import { acceptApply, acceptScale, acceptSetting } from '../domain/change-cluster.ts';
import type { ClusterPlan } from '../domain/cluster-plan.ts';
import type { ClusterState } from '../domain/cluster-state.ts';
import { decideApply } from '../domain/decide-apply.ts';
import { decideScale, type ScaleDecision } from '../domain/decide-scale.ts';
import { nothingObserved, type PlanFacts } from '../domain/plan/plan-facts.ts';
import { projectSteps } from '../domain/plan/project-steps.ts';
import { refusedReasons } from '../domain/rollout/etcd-versions.ts';
import { versionsOnTheWay } from '../domain/version/versions-on-the-way.ts';
import { acceptUndo } from '../domain/rollout/accept-undo.ts';
import { decideRestart, type RestartDecision } from '../domain/rollout/decide-restart.ts';
import { decideUndo, type UndoDecision } from '../domain/rollout/decide-undo.ts';
import { orderOf } from '../domain/rollout/plan-order.ts';
import { resume } from '../domain/resume-operation.ts';
import { interactive } from './activity-options.ts';
import type { PlanInput } from './contracts.ts';
import { factsRequest } from './facts-request.ts';

type Wanted = PlanInput;

const { lookUpCluster, previewManifest, observePlanFacts } = proxyActivities<ReturnType<typeof createPlanActivities>>(interactive);

const who = { actor: 'plan', onFailure: 'block' as const, changes: [], now: 0 };

/**
 * What a wish would come to: the same decisions that would carry it out, on what is there now.
 * Reads only.
 */
export async function planCluster(input: PlanInput): Promise<ClusterPlan> {
  const { state } = await lookUpCluster({ name: input.cluster });
  if ('apply' in input) return planApply(state, input);
  return planSetting(input.cluster, state, (found) => decideSetting(found, input));
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
      return { ...seen, action: 'resume', changes: [], ...(await projectResumed(resume(state, { at: Date.now(), actor: 'plan', how: 'retry' }))) };
    case 'change':
      return { ...seen, changes: decision.reasons, ...(await projectChange(acceptApply(state, decision.merged, { ...who, now: Date.now() }))) };
  }
}

type SettingDecision = ScaleDecision | RestartDecision | UndoDecision;

/** What changes a cluster that exists without a manifest. */
async function decideSetting(state: ClusterState, input: Exclude<Wanted, { apply: unknown }>): Promise<{ readonly decision: SettingDecision; readonly changed?: ClusterState }> {
  // How old a Machine may be counts from the moment at which it is asked for.
  const wish = { ...who, now: Date.now() };
  if ('scale' in input) {
    const decision = decideScale(state, input.scale);
    return decision.action === 'scale' ? { decision, changed: acceptScale(state, { owner: input.scale.owner, desired: decision.desired }, who) } : { decision };
  }
  if ('restart' in input) {
    const decision = decideRestart(state, { ...input.restart, now: wish.now });
    return decision.action === 'restart' ? { decision, changed: acceptSetting(state, { ...decision, verb: decision.action }, wish) } : { decision };
  }
  const decision = decideUndo(state, input.undo);
  if (decision.action !== 'undo') return { decision };
  // What it was made from then need not be there any more.
  await previewManifest({ desired: decision.desired, uid: state.identity.uid });
  return { decision, changed: acceptUndo(state, decision, wish) };
}

async function planSetting(
  cluster: string,
  state: ClusterState | undefined,
  decide: (state: ClusterState) => ReturnType<typeof decideSetting>,
): Promise<ClusterPlan> {
  if (state === undefined) {
    return { cluster, action: 'refuse', refusal: 'NotFound', reasons: [`there is no cluster ${cluster}`], changes: [], steps: [], waiting: [] };
  }
  const { decision, changed } = await decide(state);
  const seen = { cluster, reasons: decision.reasons, revision: state.revision };
  switch (decision.action) {
    case 'refuse':
      return { ...seen, action: 'refuse', refusal: decision.refusal, changes: [], steps: [], waiting: [] };
    case 'unchanged':
      return { ...seen, action: 'unchanged', changes: [], steps: [], waiting: [] };
    case 'resume':
      return { ...seen, action: 'resume', changes: [], ...(await projectResumed(resume(state, { at: Date.now(), actor: 'plan', how: 'retry' }))) };
    case 'scale':
    case 'restart':
    case 'undo':
      return { ...seen, changes: decision.reasons, ...(await projectChange(changed ?? state)) };
  }
}

async function projectResumed(state: ClusterState): Promise<Projected> {
  return projectSteps(state, await look(state));
}

type Projected = ReturnType<typeof projectSteps>;

/** With the order that an apply would be held to; or refused, where no step leads to what is wanted. */
async function projectChange(state: ClusterState): Promise<Projected & Pick<ClusterPlan, 'action' | 'order' | 'refusal'> & Partial<Pick<ClusterPlan, 'reasons' | 'changes'>>> {
  const facts = await look(state);
  const against = refusedReasons(state, facts);
  if (against.length > 0) return { action: 'refuse', refusal: 'ChangeNotSupported', reasons: against, changes: [], steps: [], waiting: [] };
  const projected = projectSteps(state, facts);
  // On the way there are Machines of other versions than the manifest names: their images are looked for as well.
  for (const version of versionsOnTheWay(state.desired, projected.steps)) {
    await previewManifest({ desired: { ...state.desired, controlPlane: { ...state.desired.controlPlane, version } }, uid: state.identity.uid });
  }
  // What could not be planned to its end is nothing to hold anybody to.
  return { ...projected, action: 'change', ...(projected.waiting.length > 0 ? {} : { order: orderOf(state.desired, projected.steps) }) };
}

async function look(state: ClusterState): Promise<PlanFacts> {
  const { allocation } = state;
  return allocation === undefined ? nothingObserved : observePlanFacts(factsRequest(state, allocation));
}
