import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { controlTaskQueue } from '../../workflows/contracts.ts';
import { requestMetadata } from './request-metadata.ts';
import { noWorker, translateFailure, type Attempt } from './failures.ts';
import { writeTrace } from '../terminal.ts';
import { unreachable, withDeadline, type TemporalSession } from './session.ts';
import { sinceMs } from './tracing.ts';

const POLLER_CHECK_MS = 1_000;
/** A poll lasts up to a minute: a poller not seen for longer is gone. */
const POLLER_GONE_MS = 75_000;

export type WorkflowRequest = Omit<Attempt, 'session'> & {
  /** Workflow type, one of workflowTypes. */
  readonly type: string;
  /** What the workflow ID begins with; made unique. */
  readonly idPrefix: string;
  readonly input?: unknown;
  readonly timeoutMs?: number;
};

/**
 * Starts a short workflow by its type, waits for its result.
 * @throws NoWorkerError as soon as it is clear that none is there; CliError by kind of failure.
 */
export async function runWorkflow<Result>(session: TemporalSession, request: WorkflowRequest): Promise<Result> {
  const { type, idPrefix, input, timeoutMs = 60_000, ...attempt } = request;
  const workflowId = `${idPrefix}-${randomBytes(4).toString('hex')}`;
  const abort = new AbortController();
  const startedAt = performance.now();
  try {
    const handle = await withDeadline(session, () =>
      session.client.start<(...args: readonly unknown[]) => Promise<Result>>(type, {
        taskQueue: controlTaskQueue,
        workflowId,
        args: input === undefined ? [] : [input],
        workflowExecutionTimeout: timeoutMs,
        ...requestMetadata(idPrefix),
      }),
    );
    try {
      return await Promise.race([
        session.connection.withDeadline(Date.now() + timeoutMs + 5_000, () =>
          session.connection.withAbortSignal(abort.signal, () => handle.result()),
        ),
        failWithoutWorker(session, attempt, abort.signal),
      ]);
    } catch (error) {
      // Nobody waits for its answer any more.
      await withDeadline(session, () => handle.terminate('the caller has gone'), 2_000).catch(() => undefined);
      throw error;
    }
  } catch (error) {
    throw translateFailure(error, { ...attempt, session });
  } finally {
    abort.abort();
    writeTrace(`workflow ${type} (${workflowId}): ${sinceMs(startedAt)}`);
  }
}

async function failWithoutWorker(session: TemporalSession, attempt: Omit<Attempt, 'session'>, signal: AbortSignal): Promise<never> {
  await delay(POLLER_CHECK_MS, undefined, { signal });
  if (!(await hasWorker(session))) throw noWorker({ ...attempt, session });
  return new Promise<never>(() => undefined);
}

/**
 * Whether a worker has polled the control queue in the last minute or so; with `pid`, whether that
 * process has: workers end their identity with it.
 * @throws TemporalUnreachableError: no worker is needed for the answer
 */
export async function hasWorker(session: TemporalSession, pid?: number): Promise<boolean> {
  const answer = await withDeadline(session, () =>
    session.connection.workflowService.describeTaskQueue({
      namespace: session.target.namespace,
      taskQueue: { name: controlTaskQueue },
    }),
  ).catch((error: unknown) => {
    throw unreachable(session.target, error);
  });
  return (answer.pollers ?? []).some(({ identity, lastAccessTime }) => {
    const seenAt = Number(lastAccessTime?.seconds ?? 0) * 1000;
    const isMeant = pid === undefined || (identity ?? '').endsWith(`:${pid}`);
    return isMeant && Date.now() - seenAt < POLLER_GONE_MS;
  });
}
