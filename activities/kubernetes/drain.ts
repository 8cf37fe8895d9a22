import { setTimeout as sleep } from 'node:timers/promises';
import { decideDrain, decidePod, nameOf, type PodDecision } from '../../domain/drain/decide-drain.ts';
import type { EvictionAnswer } from '../../domain/drain/drain-pod.ts';
import type { NodeMaintenance } from '../seams/node-maintenance.ts';
import type { ApiAccess } from '../seams/workload-cluster.ts';
import { DrainImpossibleError } from './errors.ts';

/** Cluster API asks again after 20 s; kubectl after 5. A budget is usually free again within a few. */
const roundMs = 2000;

/** One second: a kubelet that does not answer ends nothing anyway (Cluster API machine_controller.go). */
const unreachableGraceSeconds = 1;

export type DrainResult = {
  readonly outcome: 'drained' | 'timeout' | 'unreachable';
  /** What stays and why, or what had not gone when time was up; the first twenty. */
  readonly left: readonly string[];
};

/** Empties a Node through the eviction API, round by round, until nothing is left that could go. */
export async function drain(request: {
  readonly maintenance: NodeMaintenance;
  readonly access: ApiAccess;
  readonly node: string;
  readonly signal: AbortSignal;
  readonly isReachable: () => Promise<boolean>;
  readonly elapsedMs: () => number;
  readonly timeoutMs?: number;
  readonly onProgress: (waitingFor: string) => void;
}): Promise<DrainResult> {
  const { maintenance, access, node, signal, timeoutMs } = request;
  for (;;) {
    const reachable = await request.isReachable();
    const pods = await maintenance.listPods(access, node, signal);
    const decisions = pods.map((pod) => decidePod(pod, { reachable }));
    const answers = await act({ maintenance, access, decisions, signal });
    if (!reachable) return abandon(decisions);
    const progress = decideDrain({ decisions, answers, elapsedMs: request.elapsedMs(), ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    switch (progress.action) {
      case 'done':
        return { outcome: 'drained', left: progress.reasons.slice(0, 20) };
      case 'timeout':
        return { outcome: 'timeout', left: progress.reasons.slice(0, 20) };
      case 'giveUp':
        throw new DrainImpossibleError(node, progress.reasons);
      case 'again':
        request.onProgress(progress.waitingFor);
        await sleep(roundMs, undefined, { signal });
    }
  }
}

type Round = { readonly maintenance: NodeMaintenance; readonly access: ApiAccess; readonly decisions: readonly PodDecision[]; readonly signal: AbortSignal };

/** One after the other: a budget that allows one disruption refuses the second of two at once. */
async function act({ maintenance, access, decisions, signal }: Round): Promise<ReadonlyMap<string, EvictionAnswer>> {
  const answers = new Map<string, EvictionAnswer>();
  for (const { pod, action } of decisions) {
    if (action === 'evict') answers.set(pod.uid, await maintenance.evict(access, pod, signal));
    if (action === 'delete') await maintenance.deletePod(access, pod, unreachableGraceSeconds, signal);
  }
  return answers;
}

/** Nobody is there to end its Pods: they are not waited for. Their volumes are let go when its Machine is off. */
function abandon(decisions: readonly PodDecision[]): DrainResult {
  const left = decisions.filter(({ action }) => action === 'delete').map(({ pod }) => `${nameOf(pod)} was on a Node that does not answer`);
  return { outcome: 'unreachable', left: left.slice(0, 20) };
}
