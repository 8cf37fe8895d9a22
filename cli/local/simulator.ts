import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from '../errors.ts';
import { cliVersion } from '../version.ts';
import type { LocalHome } from './home.ts';
import { ownProgram, productRoot } from './own-program.ts';
import { runningRecord, writeRecord, type ProcessRecord } from './process-record.ts';
import { lastLogLines, startProcess } from './start-process.ts';

const START_TIMEOUT_MS = 30_000;

/** How many times faster than real time passes in simulated clusters. */
export const defaultSimulatorSpeed = '10';

/**
 * The process that simulates clusters with backend.inMemory, started unless the recorded one runs. It
 * writes where it listens into a file that the worker reads; ended in an orderly way, it saves its clusters.
 * @throws SetupError where it does not come up.
 */
export async function ensureSimulator(home: LocalHome, speed: string): Promise<{ readonly record: ProcessRecord; readonly started: boolean }> {
  const running = runningRecord(home, 'simulator');
  if (running !== undefined) return { record: running, started: false };
  const log = join(home.logs, 'simulator.log');
  const accessFile = join(home.run, 'simulator-access.json');
  const simulator = await startProcess({
    command: process.execPath,
    args: [ownProgram('simulator'), '--access-file', accessFile, '--state-file', stateFile(home), '--speed', speed],
    env: process.env,
    cwd: productRoot,
    log,
  });
  const { pid, identity } = simulator;
  const record = { name: 'simulator', pid, identity, startedAt: Date.now(), log, address: 'starting', version: cliVersion() } satisfies ProcessRecord;
  writeRecord(home, record);
  const address = await untilListening({ accessFile, pid, log, exited: simulator.exited });
  const listening = { ...record, address };
  writeRecord(home, listening);
  simulator.release();
  return { record: listening, started: true };
}

/** Simulated clusters wait there for a simulator. */
export function hasSavedClusters(home: LocalHome): boolean {
  return existsSync(stateFile(home));
}

function stateFile(home: LocalHome): string {
  return join(home.root, 'simulator-state.json');
}

async function untilListening(request: {
  readonly accessFile: string;
  readonly pid: number;
  readonly log: string;
  readonly exited: Promise<string>;
}): Promise<string> {
  const { accessFile, pid, log, exited } = request;
  let ended: string | undefined;
  void exited.then((how) => (ended = how));
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const address = readAddress(accessFile, pid);
    if (address !== undefined) return address;
    if (ended === undefined && Date.now() < deadline) {
      await delay(20);
      continue;
    }
    throw new SetupError({
      what: ended === undefined ? 'the simulator did not answer in time' : `the simulator ended as it started (${ended})`,
      where: `log: ${log}`,
      evidence: lastLogLines(log, 10),
      next: ['mend what the log says, then: slipway up --simulator'],
    });
  }
}

/** Of that very process: one that was killed leaves its file behind. */
function readAddress(accessFile: string, pid: number): string | undefined {
  try {
    const access: unknown = JSON.parse(readFileSync(accessFile, 'utf8'));
    if (typeof access !== 'object' || access === null || !('pid' in access) || access.pid !== pid || !('address' in access)) return undefined;
    return typeof access.address === 'string' ? access.address : undefined;
  } catch {
    return undefined;
  }
}
