import { setTimeout as delay } from 'node:timers/promises';
import type { Installation } from './installation.ts';

/** MiB of the worker's resident memory. */
export type Memory = { readonly before: number; readonly most: number; readonly growth: number };

/** Much shorter than anything worth measuring takes. */
const everyMs = 50;

/** Looks at the worker's memory all the time while `work` goes on. */
export async function watchMemory<T>(installation: Pick<Installation, 'workerMemory'>, work: () => Promise<T>): Promise<{ readonly result: T; readonly memory: Memory }> {
  const before = await installation.workerMemory();
  let most = before;
  const ended = new AbortController();
  const watching = (async () => {
    while (!ended.signal.aborted) {
      most = Math.max(most, await installation.workerMemory());
      await delay(everyMs);
    }
  })();
  try {
    const result = await work();
    return { result, memory: { before, most, growth: most - before } };
  } finally {
    ended.abort();
    await watching;
  }
}
