import { setTimeout as delay } from 'node:timers/promises';
import { DockerPermissionError, DockerRequestError, DockerUnreachableError } from './errors.ts';

/** Longer than any single request of ours takes on a busy laptop, shorter than an activity's attempt. */
const requestTimeoutMs = 45_000;

export type RequestOptions = { readonly abortSignal: AbortSignal };

/**
 * One request to the engine. `what` reads as in "cannot ‹create container demo-cp-1›".
 * Ends by itself after 45 s, because an engine that hangs keeps its socket open.
 * @throws DockerUnreachableError | DockerPermissionError | DockerRequestError, or the signal's own reason
 */
export async function callEngine<T>(
  what: string,
  signal: AbortSignal | undefined,
  request: (options: RequestOptions) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  const abortSignal = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  signal?.throwIfAborted();
  try {
    // Raced, because some of dockerode's calls take no signal.
    return await raceAbort(abortSignal, request({ abortSignal }));
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.aborted) {
      throw new DockerUnreachableError(
        `cannot ${what}: the Docker engine has not answered for ${requestTimeoutMs / 1000} s. Look at its log; ` +
          'the step can be retried once `docker ps` answers.',
        { cause: error },
      );
    }
    throw error instanceof DockerRequestError ? error : translateEngineError(what, error);
  }
}

/** Ends with the signal's reason at the latest; what the promise then still does is nobody's concern. */
export async function raceAbort<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Like callEngine; undefined where the engine says that the object does not exist. */
export async function findInEngine<T>(
  what: string,
  signal: AbortSignal | undefined,
  request: (options: RequestOptions) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await callEngine(what, signal, request);
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

export function hasStatus(error: unknown, ...statusCodes: readonly number[]): boolean {
  return error instanceof DockerRequestError && statusCodes.includes(error.statusCode ?? 0);
}

/** Repeats `attempt` every 100 ms until it answers true: the engine has no event for all that is waited for. */
export async function repeatUntil(
  request: { readonly what: string; readonly timeoutMs: number; readonly signal: AbortSignal },
  attempt: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + request.timeoutMs;
  while (!(await attempt())) {
    if (performance.now() > end) {
      throw new DockerRequestError(`${request.what}: not done after ${request.timeoutMs / 1000} s; the step can be retried`, {});
    }
    await delay(100, undefined, { signal: request.signal });
  }
}

/** Exported for its test. */
export function translateEngineError(what: string, error: unknown): Error {
  const code = property(error, 'code');
  const message = error instanceof Error ? error.message.trim() : String(error);
  if (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ENOTFOUND' || code === 'EHOSTUNREACH') {
    return new DockerUnreachableError(
      `cannot ${what}: no Docker engine answers (${message}). Nothing was changed. ` +
        'Start Docker, or point DOCKER_HOST at the engine; `slipway setup` installs one where it may.',
      { cause: error },
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new DockerPermissionError(
      `cannot ${what}: this user may not use the Docker engine (${message}). Nothing was changed. ` +
        'Add the user to the group "docker" and log in again, or run as root.',
      { cause: error },
    );
  }
  const statusCode = property(error, 'statusCode');
  return new DockerRequestError(`cannot ${what}: ${message}`, {
    statusCode: typeof statusCode === 'number' ? statusCode : undefined,
    cause: error,
  });
}

function property(error: unknown, key: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
}
