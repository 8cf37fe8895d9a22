import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Kubectl } from './kubectl.ts';

export type ApiProbe = {
  /** The longest time between two answers so far, in milliseconds; the one that is missing now counts. */
  readonly longestGapMs: () => number;
  readonly answers: () => number;
  readonly stop: () => Promise<void>;
};

/** Asks a cluster's API again and again, each time over a new connection, as people and controllers would. */
export function probeApi(kubectl: Kubectl): ApiProbe {
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  let answers = 0;
  let longest = 0;
  let last = performance.now();
  const asking = (async () => {
    while (!abort.signal.aborted) {
      try {
        await kubectl('get', '--raw', '/api/v1/namespaces/default', '--request-timeout=5s');
        answers += 1;
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      } catch {
        // What counts is when the next answer comes.
      }
      await delay(100);
    }
  })();
  return {
    longestGapMs: () => Math.max(longest, performance.now() - last),
    answers: () => answers,
    async stop() {
      abort.abort();
      await asking;
    },
  };
}
