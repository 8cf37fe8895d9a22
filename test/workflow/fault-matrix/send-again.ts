import { setTimeout as delay } from 'node:timers/promises';
import { ServiceError } from '@temporalio/client';

/** Temporal gives up an update that meets the end of a run, before the workflow has seen it: who asked asks again. */
export async function againWhereLost<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      const cause = error instanceof ServiceError ? error.cause : undefined;
      if (attempt === 5 || !(cause instanceof Error && cause.message.includes('unexpected workflow task failure'))) throw error;
      await delay(200);
    }
  }
}
