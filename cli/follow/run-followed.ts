import type { ClusterWorkflowResult } from '../../workflows/contracts.ts';
import { clusterQuery, clusterWorkflowId } from '../../workflows/messages.ts';
import { DetachedError } from '../errors.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { translateFailure } from '../temporal/failures.ts';
import { hasWorker } from '../temporal/run-workflow.ts';
import { withDeadline, type TemporalSession } from '../temporal/session.ts';
import { concludeFollowed } from './conclude.ts';
import { followOperation, type Followed, type Outcome } from './follow-operation.ts';
import { fetchProgress, type Progress } from './progress.ts';
import { createProgressView } from './views.ts';

export type FollowTarget = { readonly cluster: string; readonly operationId: string; readonly timeoutMs?: number };

/**
 * Follows an operation on the screen until it rests, and says how it ended and how long each phase took.
 * @throws DetachedError on Ctrl-C; OperationBlockedError, OperationFailedError, OperationCancelledError by its end.
 */
export async function runFollowed(session: TemporalSession, target: FollowTarget): Promise<void> {
  const abort = new AbortController();
  const detach = (): void => {
    if (abort.signal.aborted) process.exit(exitCodeOf('detached'));
    abort.abort(detached(target));
  };
  // Not `once`: log-update ends the process on a signal that nobody else listens to.
  process.on('SIGINT', detach);
  process.on('SIGTERM', detach);
  const view = createProgressView();
  let followed: Followed;
  try {
    followed = await followOperation({
      ...target,
      view,
      signal: abort.signal,
      look: (before) => fetchProgress(session, target.cluster, before),
      hasWorker: () => hasWorker(session),
      readEnd: (last) => readEnd(session, target.cluster, last),
    });
  } finally {
    view.end();
    process.off('SIGINT', detach);
    process.off('SIGTERM', detach);
  }
  concludeFollowed(followed, target);
}

/** A workflow that has ended still answers queries; where it does not, what was seen last stands. */
async function readEnd(
  session: TemporalSession,
  cluster: string,
  last: Progress | undefined,
): Promise<{ readonly outcome: Outcome; readonly last: Progress | undefined }> {
  const handle = session.client.getHandle<() => Promise<ClusterWorkflowResult>>(clusterWorkflowId(cluster));
  try {
    const { outcome } = await withDeadline(session, () => handle.result());
    const state = await withDeadline(session, () => handle.query(clusterQuery)).catch(() => undefined);
    const isSame = state !== undefined && state.identity.uid === (last?.state ?? state).identity.uid;
    return { outcome, last: isSame ? { state, steps: {}, at: Date.now() } : last };
  } catch (error) {
    throw translateFailure(error, { session, where: clusterWorkflowId(cluster) });
  }
}

function detached({ cluster, operationId }: FollowTarget): DetachedError {
  return new DetachedError({
    what: `detached from ${operationId}`,
    unchanged: 'the work goes on without this terminal',
    next: [`slipway watch cluster ${cluster}   (looks again)`, `slipway cancel ${operationId}   (stops it)`],
  });
}
