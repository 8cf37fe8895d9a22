import { setTimeout as delay } from 'node:timers/promises';
import { currentOperation, type ClusterState } from '../../domain/cluster-state.ts';
import type { Observed, ObservedNode } from '../../domain/observation.ts';
import { describeOwner, type Owner } from '../../domain/owner.ts';
import { sortRemovals } from '../../domain/take-back.ts';
import { nextForBlocked } from '../blocked-next.ts';
import { nextForCancelled } from '../cancelled-next.ts';
import { OperationBlockedError, OperationCancelledError, TimeoutError } from '../errors.ts';
import { Patience, type Silence } from '../follow/silence.ts';
import { selectShown, type ShownRollout } from '../views/shown-rollout.ts';

const POLL_MS = 1_000;
/** Nodes come and go without the cluster's workflow being told. */
const LOOK_AGAIN_MS = 5_000;

export type StatusView = { show(shown: ShownRollout): void; silent(silence: Silence): void; end(): void };

export type StatusRequest = {
  readonly cluster: string;
  /** All of them unless given. */
  readonly owner?: Owner;
  readonly look: () => Promise<ClusterState>;
  readonly observe: (state: ClusterState) => Promise<Observed<readonly ObservedNode[]>>;
  /** Whether any worker polls. @throws TemporalUnreachableError */
  readonly hasWorker: () => Promise<boolean>;
  readonly view: StatusView;
  readonly timeoutMs?: number;
  readonly pollMs?: number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
};

/**
 * Shows a rollout until it is complete.
 * @throws the signal's reason when detached; TimeoutError; TemporalUnreachableError; OperationBlockedError
 * or OperationCancelledError where nothing goes on by itself
 */
export async function followStatus(request: StatusRequest): Promise<ShownRollout> {
  const { look, observe, hasWorker, owner, view, timeoutMs, pollMs = POLL_MS, signal } = request;
  const startedAt = Date.now();
  const patience = new Patience(hasWorker);
  let seen: { readonly version: number; readonly at: number; readonly nodes: Observed<readonly ObservedNode[]> } | undefined;
  for (;;) {
    signal.throwIfAborted();
    if (timeoutMs !== undefined && Date.now() - startedAt > timeoutMs) throw timedOut(request);
    try {
      const state = await look();
      if (seen?.version !== state.version || Date.now() - seen.at > LOOK_AGAIN_MS) seen = { version: state.version, nodes: await observe(state), at: Date.now() };
      patience.answered();
      const shown = selectShown(state, seen.nodes, owner);
      view.show(shown);
      if (shown.complete) return shown;
      refuseStopped(state);
    } catch (error) {
      view.silent(await patience.endure(error));
    }
    // An abort ends the pause early and is thrown at the top of the loop.
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

function refuseStopped(state: ClusterState): void {
  const operation = currentOperation(state);
  const cluster = state.identity.name;
  if (operation?.phase === 'Blocked') {
    const evidence = operation.evidence === undefined ? {} : { where: operation.evidence.at, evidence: operation.evidence.message };
    throw new OperationBlockedError({
      what: `the rollout is not complete, and ${operation.id} is Blocked`,
      ...evidence,
      unchanged: 'what was done so far stays; nothing more is started',
      next: [`slipway describe cluster ${cluster}`, ...nextForBlocked(cluster, operation, sortRemovals(state))],
    });
  }
  if (operation?.phase === 'Cancelled' || operation?.phase === 'Failed') {
    throw new OperationCancelledError({
      what: `the rollout is not complete, and ${operation.id} is ${operation.phase}: nothing goes on by itself`,
      unchanged: 'what exists stays',
      next: [...nextForCancelled(cluster, operation), `slipway rollout undo cluster/${cluster}   (goes back)`],
    });
  }
}

function timedOut({ cluster, owner }: StatusRequest): TimeoutError {
  return new TimeoutError({
    what: `the rollout of ${owner === undefined ? `cluster ${cluster}` : describeOwner(owner)} is not complete within --timeout`,
    unchanged: 'the work goes on',
    next: [`slipway describe cluster ${cluster}`],
  });
}
