import type { DrainPod, EvictionAnswer } from './drain-pod.ts';

/**
 *  evict    asked of the API server, which minds PodDisruptionBudgets
 *  delete   with one second: its kubelet does not answer, and would not end it anyway
 *  leave    nobody's to end: a DaemonSet's, which tolerates the cordon, or a static Pod
 *  wait     it is being deleted already
 */
export type PodDecision = { readonly pod: DrainPod; readonly action: 'evict' | 'delete' | 'leave' | 'wait'; readonly reasons: readonly string[] };

export type NodeFacts = { readonly reachable: boolean };

/** A DaemonSet makes its Pod again at once, cordoned or not (Cluster API drain filters). Finished Pods hold nobody up. */
export function decidePod(pod: DrainPod, { reachable }: NodeFacts): PodDecision {
  if (pod.mirror) return { pod, action: 'leave', reasons: ['it is a static Pod'] };
  if (pod.controller?.kind === 'DaemonSet') return { pod, action: 'leave', reasons: [`DaemonSet ${pod.controller.name} would make it again`] };
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return { pod, action: 'leave', reasons: ['it has ended'] };
  if (!reachable) return pod.deletingSince === undefined ? { pod, action: 'delete', reasons: ['its Node does not answer'] } : { pod, action: 'leave', reasons: ['it is being deleted, and its Node does not answer'] };
  if (pod.deletingSince !== undefined) return { pod, action: 'wait', reasons: ['it is ending'] };
  return { pod, action: 'evict', reasons: lossesOf(pod) };
}

/** What is lost with it, for the record: Slipway does it, and says so. */
function lossesOf(pod: DrainPod): readonly string[] {
  return [
    ...(pod.controller === undefined ? ['no controller makes it again'] : []),
    ...(pod.emptyDir ? ['its emptyDir data ends with it'] : []),
  ];
}

export type DrainProgress =
  | { readonly action: 'done'; readonly reasons: readonly string[] }
  | { readonly action: 'again'; readonly waitingFor: string }
  | { readonly action: 'giveUp'; readonly reasons: readonly string[] }
  | { readonly action: 'timeout'; readonly reasons: readonly string[] };

/** What one round of asking came to. */
export type DrainRound = {
  readonly decisions: readonly PodDecision[];
  readonly answers: ReadonlyMap<string, EvictionAnswer>;
  readonly elapsedMs: number;
  /** 0 and absent: no limit, as in Cluster API. */
  readonly timeoutMs?: number;
};

/**
 * Goes on while a budget says no or a Pod is ending. What another round would not change ends it:
 * several budgets for one Pod cannot be evicted by anybody (Kubernetes' own answer, 500).
 */
export function decideDrain({ decisions, answers, elapsedMs, timeoutMs = 0 }: DrainRound): DrainProgress {
  const left = decisions.filter(({ action }) => action === 'evict' || action === 'wait');
  if (left.length === 0) return { action: 'done', reasons: decisions.filter(({ action }) => action === 'leave').map(describeDecision) };
  const hopeless = left.flatMap(({ pod }) => describeHopeless(pod, answers.get(pod.uid)));
  if (hopeless.length > 0) return { action: 'giveUp', reasons: hopeless };
  const holdups = left.map(({ pod }) => describeHoldup(pod, answers.get(pod.uid)));
  if (timeoutMs > 0 && elapsedMs >= timeoutMs) return { action: 'timeout', reasons: holdups };
  return { action: 'again', waitingFor: summarise(holdups) };
}

function describeHopeless(pod: DrainPod, answer: EvictionAnswer | undefined): readonly string[] {
  return answer?.kind === 'several' ? [`${nameOf(pod)}: ${answer.message}`] : [];
}

function describeHoldup(pod: DrainPod, answer: EvictionAnswer | undefined): string {
  switch (answer?.kind) {
    case 'refused':
      return `${nameOf(pod)}: PodDisruptionBudget ${answer.budgets.join(', ')} allows no disruption now`;
    case 'failed':
    case 'several':
      return `${nameOf(pod)}: ${answer.message}`;
    case 'accepted':
    case undefined:
      return `${nameOf(pod)} to end`;
  }
}

function describeDecision({ pod, reasons }: PodDecision): string {
  return `${nameOf(pod)} stays: ${reasons.join('; ')}`;
}

export function nameOf({ namespace, name }: Pick<DrainPod, 'namespace' | 'name'>): string {
  return `Pod ${namespace}/${name}`;
}

/** The first three by name and the rest by number: a heartbeat is one line. */
function summarise(holdups: readonly string[]): string {
  const shown = holdups.slice(0, 3).join('; ');
  return holdups.length > 3 ? `${shown}; and ${holdups.length - 3} more` : shown;
}
