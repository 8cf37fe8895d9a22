import { setTimeout as delay } from 'node:timers/promises';
import { NotFoundError, TimeoutError } from '../errors.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { Patience, SilenceLines } from '../follow/silence.ts';
import { hasWorker } from '../temporal/run-workflow.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';
import { findViews, type View, type ViewQuestion } from './find-views.ts';
import type { ViewFormat } from './list-views.ts';
import { createWatchScreen, type WatchScreen } from './watch-screens.ts';

const POLL_MS = 1_000;

export type Watching = {
  /** What there is. @throws NotFoundError where something that was named is not there */
  readonly look: () => Promise<readonly View[]>;
  /** Whether any worker polls. @throws TemporalUnreachableError */
  readonly hasWorker: () => Promise<boolean>;
  readonly screen: WatchScreen;
  readonly timeoutMs?: number;
  readonly pollMs?: number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
};

/** Shows what there is, then what changes, until Ctrl-C (exit code 130). @throws TimeoutError after --timeout */
export async function watchViews(asked: ViewQuestion & { readonly format: ViewFormat; readonly timeoutMs?: number }): Promise<void> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  // Not `once`: log-update ends the process on a signal that nobody else listens to.
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const { timeoutMs } = asked;
  const screen = createWatchScreen(asked);
  try {
    await withTemporal((session) =>
      followViews({ look: () => findViews(session, asked), hasWorker: () => hasWorker(session), screen, signal: abort.signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) }),
    );
    process.exitCode = exitCodeOf('detached');
  } finally {
    screen.end();
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

/**
 * Returns when aborted.
 * @throws TimeoutError; NotFoundError, NoWorkerError at the first look; TemporalUnreachableError where it is away for longer than a restart takes
 */
export async function followViews({ look, hasWorker: ask, screen, timeoutMs, pollMs = POLL_MS, signal }: Watching): Promise<void> {
  const startedAt = Date.now();
  const patience = new Patience(ask);
  const silences = new SilenceLines();
  let isFirst = true;
  while (!signal.aborted) {
    if (timeoutMs !== undefined && Date.now() - startedAt >= timeoutMs) {
      throw new TimeoutError({ what: '--timeout has passed', unchanged: 'nothing was changed: get only looks' });
    }
    try {
      await screen.show(await orNothing(look, isFirst), Date.now());
      patience.answered();
      isFirst = false;
      silences.over();
    } catch (error) {
      // What was never there is not waited for.
      if (isFirst) throw error;
      const line = silences.next(await patience.endure(error));
      if (line !== undefined) writeStory(line);
    }
    // An abort ends the pause early and is seen at the top of the loop.
    await delay(pollMs, undefined, { signal }).catch(() => undefined);
  }
}

/** What was there at first and is not any more is deleted, which is no error. */
async function orNothing(look: Watching['look'], isFirst: boolean): Promise<readonly View[]> {
  try {
    return await look();
  } catch (error) {
    if (!isFirst && error instanceof NotFoundError) return [];
    throw error;
  }
}
