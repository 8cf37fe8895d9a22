import { setTimeout as delay } from 'node:timers/promises';

/**
 * Looks again and again until `look` gives something. What is waited for happens in other processes
 * and on other machines, which tell nobody: looking is the only way.
 * @throws Error naming `what`, and the last error that looking ended with, after `timeoutMs`
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  options: { readonly timeoutMs?: number; readonly everyMs?: number } = {},
): Promise<T> {
  const { timeoutMs = 120_000, everyMs = 200 } = options;
  const deadline = Date.now() + timeoutMs;
  let failure: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}`, { cause: failure });
    await delay(everyMs);
  }
}

/** As `until`, for what is only true or not. */
export async function untilTrue(
  what: string,
  look: () => Promise<boolean> | boolean,
  options: { readonly timeoutMs?: number; readonly everyMs?: number } = {},
): Promise<void> {
  await until(what, async () => ((await look()) ? true : undefined), options);
}
