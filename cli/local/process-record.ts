import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalHome } from './home.ts';
import { processIdentity } from './process-identity.ts';

export type LocalProcessName = 'temporal' | 'worker' | 'simulator';

/** One process that `slipway up` started, as `$SLIPWAY_HOME/run/<name>.json` holds it. */
export type ProcessRecord = {
  readonly name: LocalProcessName;
  readonly pid: number;
  /** processIdentity(pid) when it was started: a pid alone may be somebody else's by now. */
  readonly identity: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly log: string;
  /** Temporal's address: served by "temporal", used by "worker". Of "simulator" its own. */
  readonly address: string;
  readonly namespace?: string;
  /** "http://127.0.0.1:8233" of the Web UI. */
  readonly webUi?: string;
  readonly version: string;
};

function recordPath(home: LocalHome, name: LocalProcessName): string {
  return join(home.run, `${name}.json`);
}

/** The record, whether or not its process still runs; undefined where there is none that can be read. */
export function readRecord(home: LocalHome, name: LocalProcessName): ProcessRecord | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(recordPath(home, name), 'utf8'));
    return isRecord(parsed) && parsed.name === name ? parsed : undefined;
  } catch {
    return undefined;
  }
}

export function writeRecord(home: LocalHome, record: ProcessRecord): void {
  const path = recordPath(home, record.name);
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}

export function removeRecord(home: LocalHome, name: LocalProcessName): void {
  rmSync(recordPath(home, name), { force: true });
}

/** True while the very process that was recorded runs. */
export function isRunning(record: ProcessRecord): boolean {
  return processIdentity(record.pid) === record.identity;
}

/** The record of a process that runs; undefined for a stale one. */
export function runningRecord(home: LocalHome, name: LocalProcessName): ProcessRecord | undefined {
  const record = readRecord(home, name);
  return record !== undefined && isRunning(record) ? record : undefined;
}

function isRecord(value: unknown): value is ProcessRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record: Partial<Record<keyof ProcessRecord, unknown>> = value;
  return (
    typeof record.pid === 'number' &&
    Number.isSafeInteger(record.pid) &&
    record.pid > 1 &&
    typeof record.identity === 'string' &&
    typeof record.startedAt === 'number' &&
    typeof record.log === 'string' &&
    typeof record.address === 'string' &&
    typeof record.version === 'string'
  );
}
