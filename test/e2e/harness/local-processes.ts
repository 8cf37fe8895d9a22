import { setTimeout as delay } from 'node:timers/promises';
import type { LocalHome } from '../../../cli/local/home.ts';
import { isRunning, runningRecord, type LocalProcessName, type ProcessRecord } from '../../../cli/local/process-record.ts';

/** The installation's worker or Temporal server, as `slipway up` recorded it. @throws Error where it does not run */
export function requireProcess(home: LocalHome, name: LocalProcessName): ProcessRecord {
  const record = runningRecord(home, name);
  if (record === undefined) throw new Error(`no ${name} runs for ${home.root}`);
  return record;
}

/** kill -9 of exactly that process; returns when it is gone. */
export async function killProcess(record: ProcessRecord): Promise<void> {
  if (!isRunning(record)) return;
  process.kill(record.pid, 'SIGKILL');
  for (let waited = 0; isRunning(record); waited += 20) {
    if (waited > 10_000) throw new Error(`${record.name} (process ${record.pid}) outlived SIGKILL`);
    await delay(20);
  }
}

/** Ends what `slipway up` started without asking it: for tidying up after a test, whatever state it left. */
export async function killRecorded(home: LocalHome): Promise<void> {
  for (const name of ['worker', 'simulator', 'temporal'] as const) {
    const record = runningRecord(home, name);
    if (record !== undefined) await killProcess(record);
  }
}
