import { bump, withOperation } from './update-state.ts';
import { currentOperation, type ClusterState } from './cluster-state.ts';
import { planChangedError } from './rollout/follow-plan.ts';
import type { Evidence } from './evidence.ts';
import type { Operation, OperationDecision } from './operation.ts';
import { runningSteps } from './plan-parts.ts';
import { isSkippable, listSkippable } from './skippable-phase.ts';
import type { PhaseRecord, SkippedPhase } from './step.ts';
import { sortRemovals } from './take-back.ts';

export type ResumeDecision =
  | { readonly action: 'retry' | 'abort'; readonly reasons: readonly string[] }
  | { readonly action: 'skip'; readonly phases: readonly SkippedPhase[]; readonly reasons: readonly string[] }
  | { readonly action: 'refuse'; readonly refusal: 'Conflict'; readonly reasons: readonly string[] };

/** Of what may be left out, a person need not wait for the end of these either. */
const cutShort: readonly string[] = ['drain', 'volumes detached'];

/** What a removal is at, if a person may cut it short. */
export function waitToCut({ phases }: { readonly phases: readonly PhaseRecord[] }): string | undefined {
  return phases.findLast(({ name, endedAt }) => endedAt === undefined && cutShort.includes(name))?.name;
}

/**
 * What a person may make of an operation that is Blocked; of one that runs, which waits of it end now.
 * `running`: those, as the person saw them.
 */
export function decideResume(
  state: ClusterState,
  { how, running = [] }: { readonly how: 'retry' | 'skip' | 'abort'; readonly running?: readonly SkippedPhase[] },
): ResumeDecision {
  const operation = currentOperation(state);
  if (how === 'skip' && operation?.phase === 'Running') return decideCut(state, { operation, running });
  if (operation === undefined || operation.phase !== 'Blocked') {
    return refuse(`cluster ${state.identity.name} is not Blocked${operation === undefined ? '' : `: ${operation.id} is ${operation.phase}`}`);
  }
  switch (how) {
    case 'retry':
      return { action: 'retry', reasons: [`${operation.id} goes on from where it stopped`] };
    case 'skip':
      return decideSkip(operation);
    case 'abort':
      return decideAbort(state, operation);
  }
}

function decideCut(state: ClusterState, { operation, running }: { readonly operation: Operation; readonly running: readonly SkippedPhase[] }): ResumeDecision {
  if (running.length === 0) return refuse(`${operation.id} is Running, and waits for nothing that can be left out; what can: ${cutShort.join(', ')}`);
  const ids = runningSteps(state).filter(({ kind }) => kind === 'RemoveMachine').map(({ id }) => id);
  const wrong = running.flatMap(({ step, phase }) => {
    if (!ids.includes(step)) return [`${step} is no removal that runs`];
    return cutShort.includes(phase) ? [] : [`${phase} cannot be left out; what can: ${cutShort.join(', ')}`];
  });
  if (wrong.length > 0) return { action: 'refuse', refusal: 'Conflict', reasons: wrong };
  return { action: 'skip', phases: running, reasons: running.map(({ step, phase }) => `${step}: ${phase} is cut short`) };
}

function decideSkip({ id, evidence }: Operation): ResumeDecision {
  const { step, phase } = evidence ?? {};
  if (step !== undefined && phase !== undefined && isSkippable(phase)) return { action: 'skip', phases: [{ step, phase }], reasons: [`${phase} is left out`] };
  return refuse(`${id} stopped at ${evidence?.at ?? 'an unknown place'}, which cannot be skipped; what can: ${listSkippable()}. Use --retry or --abort`);
}

function decideAbort(state: ClusterState, { id, verb }: Operation): ResumeDecision {
  if (verb === 'create') return refuse(`${id} makes a new cluster: delete it to abort (slipway delete cluster ${state.identity.name})`);
  if (verb === 'recover' && state.recovery?.from !== undefined) return refuse(`${id} makes a new cluster from a backup: delete it to abort (slipway delete cluster ${state.identity.name})`);
  if (verb === 'recover') return refuse(`${id} has put the old control plane out of service: there is no way back from that. Use --retry`);
  if (verb === 'delete' || verb === 'adopt' || state.previous === undefined) return refuse(`${id} has nothing to go back to. Use --retry`);
  return { action: 'abort', reasons: ['back to what the cluster was before', ...removalsAtAbort(state)] };
}

/** What becomes of the removals that have begun: not all of them can be taken back. */
function removalsAtAbort(state: ClusterState): readonly string[] {
  const { back, running, tooFar } = sortRemovals(state);
  return [
    ...back.map(({ name }) => `the removal of Machine ${name} is taken back: it had come no further than its drain`),
    ...running.map(({ name }) => `the removal of Machine ${name} is finished: it is under way`),
    ...tooFar.map(({ name }) => `the removal of Machine ${name} is finished: it has come too far to be taken back`),
  ];
}

/** The operation goes on under its own name; what had been skipped stays so. */
export function resume(state: ClusterState, decision: OperationDecision, skipped: readonly SkippedPhase[] = []): ClusterState {
  const operation = currentOperation(state);
  if (operation === undefined) return state;
  const { evidence, plan, ...rest } = operation;
  // Whoever saw that the plan has changed, and goes on, has agreed to the new one.
  const agreed = plan === undefined || evidence?.error === planChangedError ? {} : { plan };
  const resumed = withOperation(state, { ...rest, ...agreed, phase: 'Running', decisions: [...(operation.decisions ?? []), decision] });
  return skipped.length === 0 ? resumed : bump({ ...resumed, skipped: [...(state.skipped ?? []), ...skipped] });
}

/** What was blocked, as the evidence names it. */
export function evidenceAt(step: string, phase: string | undefined): Pick<Evidence, 'at' | 'step' | 'phase'> {
  return { at: phase === undefined ? step : `${step}: ${phase}`, step, ...(phase === undefined ? {} : { phase }) };
}

function refuse(reason: string): ResumeDecision {
  return { action: 'refuse', refusal: 'Conflict', reasons: [reason] };
}
