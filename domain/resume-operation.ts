import { bump, withOperation } from './apply-report.ts';
import { currentOperation, type ClusterState } from './cluster-state.ts';
import { planChangedError } from './rollout/follow-plan.ts';
import type { Evidence, Operation, OperationDecision } from './operation.ts';

export type ResumeDecision =
  | { readonly action: 'retry' | 'abort'; readonly reasons: readonly string[] }
  | { readonly action: 'skip'; readonly step: string; readonly phase: string; readonly reasons: readonly string[] }
  | { readonly action: 'refuse'; readonly refusal: 'Conflict'; readonly reasons: readonly string[] };

/** Phases that may be left out: nothing depends on them but people's patience and users' Pods. */
const skippable: readonly string[] = ['drain', 'volumes detached', 'Node ready', 'network add-on'];

/** What a person may make of an operation that is Blocked. */
export function decideResume(state: ClusterState, how: 'retry' | 'skip' | 'abort'): ResumeDecision {
  const operation = currentOperation(state);
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

function decideSkip({ id, evidence }: Operation): ResumeDecision {
  const { step, phase } = evidence ?? {};
  if (step !== undefined && phase !== undefined && skippable.includes(phase)) return { action: 'skip', step, phase, reasons: [`${phase} is left out`] };
  return refuse(`${id} stopped at ${evidence?.at ?? 'an unknown place'}, which cannot be skipped; what can: ${skippable.join(', ')}. Use --retry or --abort`);
}

function decideAbort(state: ClusterState, { id, verb }: Operation): ResumeDecision {
  if (verb === 'create') return refuse(`${id} makes a new cluster: delete it to abort (slipway delete cluster ${state.identity.name})`);
  if (verb === 'delete' || verb === 'adopt' || state.previous === undefined) return refuse(`${id} has nothing to go back to. Use --retry`);
  return { action: 'abort', reasons: ['back to what the cluster was before'] };
}

/** The operation goes on under its own name; what had been skipped stays so. */
export function resume(state: ClusterState, decision: OperationDecision, skip?: { readonly step: string; readonly phase: string }): ClusterState {
  const operation = currentOperation(state);
  if (operation === undefined) return state;
  const { evidence, plan, ...rest } = operation;
  // Whoever saw that the plan has changed, and goes on, has agreed to the new one.
  const agreed = plan === undefined || evidence?.error === planChangedError ? {} : { plan };
  const resumed = withOperation(state, { ...rest, ...agreed, phase: 'Running', decisions: [...(operation.decisions ?? []), decision] });
  return skip === undefined ? resumed : bump({ ...resumed, skipped: [...(state.skipped ?? []), skip] });
}

/** What was blocked, as the evidence names it. */
export function evidenceAt(step: string, phase: string | undefined): Pick<Evidence, 'at' | 'step' | 'phase'> {
  return { at: phase === undefined ? step : `${step}: ${phase}`, step, ...(phase === undefined ? {} : { phase }) };
}

function refuse(reason: string): ResumeDecision {
  return { action: 'refuse', refusal: 'Conflict', reasons: [reason] };
}
