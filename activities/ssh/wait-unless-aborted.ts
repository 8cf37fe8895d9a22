/**
 * The promise's outcome, or the signal's reason, or `onTimeout()`'s error: whichever comes first.
 * Leaves no listener on the signal. What the promise stands for goes on.
 */
export async function waitUnlessAborted<T>(
  promise: Promise<T>,
  { signal, timeoutMs, onTimeout }: {
    readonly signal: AbortSignal;
    readonly timeoutMs: number;
    readonly onTimeout: () => Error;
  },
): Promise<T> {
  const interruption = Promise.withResolvers<never>();
  const onAbort = (): void => interruption.reject(signal.reason);
  const timer = setTimeout(() => interruption.reject(onTimeout()), timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) {
    onAbort();
  }
  try {
    return await Promise.race([promise, interruption.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
