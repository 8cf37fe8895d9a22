import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '../../domain/operation.ts';
import type { ClusterWorkflowResult } from '../../workflows/contracts.ts';
import { NotFoundError, TimeoutError } from '../errors.ts';
import type { Progress } from './progress.ts';
import { Patience } from './silence.ts';
import type { ProgressView } from './views.ts';

const POLL_MS = 500;
/** Each running step is asked at every look: many of them are asked less often. */
const POLL_MS_PER_STEP = 150;
const POLL_MAX_MS = 2_000;
/** Between the end of a delete and the end of the cluster's workflow. */
const CLOSING_MAX_MS = 15_000;

export type Followed =
  /** The operation came to rest; Blocked is rest too: a person decides. */
  | { readonly kind: 'rested'; readonly operation: Operation; readonly progress: Progress }
  /** The cluster's workflow has ended. */
  | { readonly kind: 'closed'; readonly outcome: Outcome; readonly last: Progress | undefined };

export type Outcome = ClusterWorkflowResult['outcome'];

export type FollowRequest = {
  readonly cluster: string;
  readonly operationId: string;
  readonly view: ProgressView;
  /** How things stand. @throws NotFoundError where the cluster's workflow has ended */
  readonly look: (before: Progress | undefined) => Promise<Progress>;
  /** Whether any worker polls. @throws TemporalUnreachableError */
  readonly hasWorker: () => Promise<boolean>;
  /** How it ended, and its last state where that can still be read. */
  readonly readEnd: (last: Progress | undefined) => Promise<{ readonly outcome: Outcome; readonly last: Progress | undefined }>;
  readonly timeoutMs?: number;
  /** Between two looks, at least. */
  readonly pollMs?: number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
};

/**
 * Looks at a cluster until that operation rests, for as long as Temporal answers: without a worker
 * nothing moves, and nothing ends either.
 * @throws the signal's reason when detached; TimeoutError; TemporalUnreachableError where the server is
 * away for longer than a restart takes.
 */
export async function followOperation(request: FollowRequest): Promise<Followed> {
  const { operationId, view, look, readEnd, hasWorker, timeoutMs, pollMs = POLL_MS, signal } = request;
  const startedAt = Date.now();
  let last: Progress | undefined;
  const patience = new Patience(hasWorker);
  let restedAt: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    if (timeoutMs !== undefined && Date.now() - startedAt > timeoutMs) throw timedOut(request);
    try {
      const progress = await look(last);
      patience.answered();
      if (last !== undefined && last.state.identity.uid !== progress.state.identity.uid) {
        return { kind: 'closed', outcome: 'deleted', last };
      }
      last = progress;
      view.show(progress);
      const operation = progress.state.operations.find(({ id }) => id === operationId);
      if (operation !== undefined && isAtRest(operation)) {
        restedAt ??= Date.now();
        if (!endsCluster(operation) || Date.now() - restedAt > CLOSING_MAX_MS) return { kind: 'rested', operation, progress };
      }
    } catch (error) {
      if (error instanceof NotFoundError) return { kind: 'closed', ...(await readEnd(last)) };
      view.silent(await patience.endure(error));
    }
    const running = last?.state.steps.filter((step) => step.state === 'Running').length ?? 0;
    const pause = Math.min(POLL_MAX_MS, Math.max(pollMs, running * POLL_MS_PER_STEP));
    // An abort ends the pause early and is thrown at the top of the loop.
    await delay(pause, undefined, { signal }).catch(() => undefined);
  }
}

function isAtRest({ phase }: Operation): boolean {
  return phase !== 'Running' && phase !== 'Cancelling' && phase !== 'Undoing';
}

/** After these the cluster's workflow ends: until it has, the name is still taken. */
function endsCluster({ verb, phase }: Operation): boolean {
  return phase === 'Undone' || (verb === 'delete' && phase === 'Succeeded');
}

function timedOut({ cluster, operationId }: FollowRequest): TimeoutError {
  return new TimeoutError({
    what: `${operationId} has not ended within --timeout`,
    unchanged: 'the work goes on',
    next: [`slipway watch cluster ${cluster}`, `slipway cancel ${operationId}`],
  });
}
