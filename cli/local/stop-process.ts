import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from './errno.ts';
import type { LocalHome } from './home.ts';
import { isRunning, readRecord, removeRecord, type LocalProcessName } from './process-record.ts';

const POLL_MS = 50;

export type StopOutcome = 'stopped' | 'killed' | 'not running';

/**
 * Ends the recorded process, and only that one: SIGTERM, then SIGKILL to its session once
 * `graceMs` has passed. The record goes away with it.
 */
export async function stopRecorded(request: {
  readonly home: LocalHome;
  readonly name: LocalProcessName;
  readonly graceMs: number;
}): Promise<StopOutcome> {
  const { home, name, graceMs } = request;
  const record = readRecord(home, name);
  if (record === undefined || !isRunning(record)) {
    removeRecord(home, name);
    return 'not running';
  }
  const gone = async (withinMs: number): Promise<boolean> => {
    const deadline = Date.now() + withinMs;
    while (isRunning(record)) {
      if (Date.now() > deadline) return false;
      await delay(POLL_MS);
    }
    return true;
  };
  send(record.pid, 'SIGTERM');
  let outcome: StopOutcome = 'stopped';
  if (!(await gone(graceMs))) {
    // It leads a session of its own, so its process group holds it and its children alone.
    send(-record.pid, 'SIGKILL');
    await gone(5_000);
    outcome = 'killed';
  }
  removeRecord(home, name);
  return outcome;
}

function send(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}
