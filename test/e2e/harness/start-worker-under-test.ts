import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { processIdentity } from '../../../cli/local/process-identity.ts';
import { writeRecord } from '../../../cli/local/process-record.ts';
import { bundleWorkflows } from './bundle-workflows.ts';
import type { Installation } from './installation.ts';
import { formatInterruption, places, type Interruption } from './interruptions.ts';
import { requireProcess } from './local-processes.ts';
import { until } from './until.ts';

const program = fileURLToPath(new URL('worker-under-test.ts', import.meta.url));

const announcementSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('reached'), interruption: z.string(), type: z.string(), place: z.enum(places), workflowId: z.string(), detail: z.string() }),
  z.object({ event: z.literal('ended'), type: z.string(), outcome: z.string() }),
]);

/** What the worker under test writes to its standard output. */
export type Announcement = z.output<typeof announcementSchema>;
export type Reached = Extract<Announcement, { event: 'reached' }>;

export type WorkerUnderTest = {
  readonly pid: number;
  readonly announcements: readonly Announcement[];
  /** How it ended, "SIGKILL"; everything that it announced is known by then. */
  readonly ended: Promise<string>;
  readonly signal: (signal: 'SIGCONT' | 'SIGKILL') => void;
};

/**
 * Starts the product's worker in a process that is interrupted as asked, and waits until it works. It
 * takes the place of the one that `slipway up` records, so that it goes with the installation.
 */
export async function startWorkerUnderTest(installation: Installation, interruptions: readonly Interruption[]): Promise<WorkerUnderTest> {
  const { home, env } = installation;
  const { address, version } = requireProcess(home, 'temporal');
  const log = join(home.logs, 'worker.log');
  const errors = openSync(log, 'a', 0o600);
  const bundle = await bundleWorkflows(home);
  const child = spawn(process.execPath, [program, bundle, ...interruptions.map(formatInterruption)], {
    env: { ...env, SLIPWAY_STORE: home.store, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'default' },
    stdio: ['pipe', 'pipe', errors],
  });
  closeSync(errors);
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  writeRecord(home, { name: 'worker', pid, identity: processIdentity(pid) ?? '', startedAt: Date.now(), log, address, namespace: 'default', version });

  const announcements: Announcement[] = [];
  let isReady = false;
  if (child.stdout === null) throw new Error('the worker under test has no standard output');
  createInterface({ input: child.stdout }).on('line', (line) => {
    appendFileSync(log, `${line}\n`);
    isReady ||= line.startsWith('worker ready');
    if (line.startsWith('{')) announcements.push(announcementSchema.parse(JSON.parse(line)));
  });
  const ended = once(child, 'close').then(() => child.signalCode ?? `exit code ${child.exitCode}`);
  await until(`worker ${pid} to be ready (log: ${log})`, () => isReady || child.exitCode !== null || undefined, { everyMs: 20 });
  if (!isReady && announcements.length === 0) throw new Error(`the worker under test ended as it started: ${await ended}; log: ${log}`);
  return { pid, announcements, ended, signal: (signal) => void child.kill(signal) };
}
