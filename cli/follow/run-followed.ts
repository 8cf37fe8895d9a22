import type { ClusterWorkflowResult } from '../../workflows/contracts.ts';
import { clusterWorkflowId } from '../../workflows/messages.ts';
import { DetachedError } from '../errors.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { translateFailure } from '../temporal/failures.ts';
import { withDeadline, type TemporalSession } from '../temporal/session.ts';
import { concludeFollowed } from './conclude.ts';
import { followOperation, type Followed, type Outcome } from './follow-operation.ts';
import { fetchProgress } from './progress.ts';
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
      readOutcome: () => readOutcome(session, target.cluster),
    });
  } finally {
    view.end();
    process.off('SIGINT', detach);
    process.off('SIGTERM', detach);
  }
  concludeFollowed(followed, target);
}

async function readOutcome(session: TemporalSession, cluster: string): Promise<Outcome> {
  const handle = session.client.getHandle<() => Promise<ClusterWorkflowResult>>(clusterWorkflowId(cluster));
  try {
    return (await withDeadline(session, () => handle.result())).outcome;
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
