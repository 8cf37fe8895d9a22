import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { toolPath } from '../../node-image/tool-paths.mjs';
import { versions } from '../../node-image/versions.mjs';
import { SetupError } from '../errors.ts';
import { accepts } from '../temporal/session.ts';
import type { LocalHome } from './home.ts';
import { requireFreePort } from './ports.ts';
import { runningRecord, writeRecord, type ProcessRecord } from './process-record.ts';
import { lastLogLines, startProcess } from './start-process.ts';

const START_TIMEOUT_MS = 60_000;

/** Registered when the server starts; `slipway get clusters` and the Web UI's columns read them. */
export const searchAttributes = {
  ClusterName: 'Keyword',
  ClusterPhase: 'Keyword',
  KubernetesVersion: 'Keyword',
  ClusterHealthy: 'Bool',
  ClusterBlocked: 'Bool',
} as const;

/**
 * What of a server of our own is not as it comes; one of somebody else's does without. An activity that is on the queue of
 * its workflow is handed out with the answer to the workflow task: fewer turns (default from Temporal 1.32).
 */
export const dynamicConfigArgs = ['--dynamic-config-value=system.enableActivityEagerExecution=true'] as const;

/**
 * Temporal's dev server, started unless the recorded one runs.
 * @throws SetupError where the binary is missing, a port is taken, or it does not come up.
 */
export async function ensureTemporalServer(request: {
  readonly home: LocalHome;
  readonly port: number;
  readonly uiPort: number;
}): Promise<{ readonly record: ProcessRecord; readonly started: boolean }> {
  const { home, port, uiPort } = request;
  const running = runningRecord(home, 'temporal');
  if (running !== undefined) {
    if (await accepts(running.address)) return { record: running, started: false };
    throw new SetupError({
      what: `Temporal's server (process ${running.pid}) runs, but ${running.address} does not answer`,
      where: `log: ${running.log}`,
      next: ['slipway down', 'slipway up'],
    });
  }
  await requireFreePort({ port, purpose: "Temporal's server", flag: '--port', variable: 'SLIPWAY_TEMPORAL_PORT' });
  await requireFreePort({ port: uiPort, purpose: "Temporal's Web UI", flag: '--ui-port', variable: 'SLIPWAY_UI_PORT' });
  return { record: await startServer(request), started: true };
}

async function startServer(request: { home: LocalHome; port: number; uiPort: number }): Promise<ProcessRecord> {
  const { home, port, uiPort } = request;
  const command = toolPath('temporal');
  if (!existsSync(command)) {
    throw new SetupError({
      what: "Temporal's dev server is not built yet",
      where: command,
      unchanged: 'nothing was started',
      next: ['slipway setup'],
    });
  }
  const log = `${home.logs}/temporal.log`;
  const server = await startProcess({
    command,
    args: [
      'server',
      'start-dev',
      '--ip=127.0.0.1',
      `--port=${port}`,
      `--ui-port=${uiPort}`,
      `--db-filename=${home.database}`,
      // One flush to disk for each of its many small transactions, where its default needs several: most of
      // what a step waits for Temporal is that. FULL: what it has answered for outlives a power cut.
      '--sqlite-pragma=journal_mode=WAL',
      '--sqlite-pragma=synchronous=FULL',
      '--log-level=warn',
      ...dynamicConfigArgs,
      ...Object.entries(searchAttributes).map(([name, type]) => `--search-attribute=${name}=${type}`),
    ],
    env: process.env,
    cwd: home.root,
    log,
  });
  const record: ProcessRecord = {
    name: 'temporal',
    pid: server.pid,
    identity: server.identity,
    startedAt: Date.now(),
    log,
    address: `127.0.0.1:${port}`,
    webUi: `http://127.0.0.1:${uiPort}`,
    version: versions.temporal,
  };
  writeRecord(home, record);
  await untilAccepting(record, server.exited);
  server.release();
  return record;
}

async function untilAccepting(record: ProcessRecord, exited: Promise<string>): Promise<void> {
  let ended: string | undefined;
  void exited.then((how) => (ended = how));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await accepts(record.address, 500))) {
    if (ended === undefined && Date.now() < deadline) {
      await delay(50);
      continue;
    }
    throw new SetupError({
      what: ended === undefined ? "Temporal's server did not answer in time" : `Temporal's server ended (${ended})`,
      where: `${record.address}, log: ${record.log}`,
      evidence: lastLogLines(record.log, 10),
      next: ['slipway down', 'slipway up'],
    });
  }
}
