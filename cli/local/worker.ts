import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { workflowTypes, type InstallationDescription } from '../../workflows/contracts.ts';
import { ConflictError, SetupError } from '../errors.ts';
import { hasWorker, runWorkflow } from '../temporal/run-workflow.ts';
import type { TemporalSession } from '../temporal/session.ts';
import { cliVersion } from '../version.ts';
import type { LocalHome } from './home.ts';
import { ownProgram, productRoot } from './own-program.ts';
import { runningRecord, writeRecord, type ProcessRecord } from './process-record.ts';
import { lastLogLines, startProcess, type StartedProcess } from './start-process.ts';

const START_TIMEOUT_MS = 90_000;

export type RunningWorker = {
  readonly record: ProcessRecord;
  readonly started: boolean;
  readonly installation: InstallationDescription;
};

/**
 * The local worker, started unless the recorded one runs, and seen to answer.
 * @throws ConflictError where the running one serves another Temporal; SetupError where it ends or stays silent.
 */
export async function ensureWorker(home: LocalHome, session: TemporalSession): Promise<RunningWorker> {
  const { address, namespace } = session.target;
  const running = runningRecord(home, 'worker');
  if (running === undefined) return startWorker(home, session);
  if (running.address !== address || running.namespace !== namespace) {
    throw new ConflictError({
      what: `the worker that runs (process ${running.pid}) serves Temporal at ${running.address}, namespace ${running.namespace}`,
      where: `wanted: ${address}, namespace ${namespace}`,
      unchanged: 'nothing was started or stopped',
      next: ['slipway down', 'slipway up'],
    });
  }
  return { record: running, started: false, installation: await answerWhenPolling(session, running) };
}

/** @throws NoWorkerError, or the error with which the worker's own checks failed. */
export async function describeInstallation(session: TemporalSession, timeoutMs: number): Promise<InstallationDescription> {
  return runWorkflow<InstallationDescription>(session, {
    type: workflowTypes.installation,
    idPrefix: 'installation/describe',
    timeoutMs,
    unchanged: 'nothing was changed',
  });
}

async function startWorker(home: LocalHome, session: TemporalSession): Promise<RunningWorker> {
  const { address, namespace } = session.target;
  const log = join(home.logs, 'worker.log');
  const started = await startProcess({
    command: process.execPath,
    args: [ownProgram('workers')],
    env: {
      ...process.env,
      SLIPWAY_HOME: home.root,
      SLIPWAY_STORE: home.store,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      // Notices link to it.
      SLIPWAY_WEB_UI: process.env['SLIPWAY_WEB_UI'] ?? runningRecord(home, 'temporal')?.webUi,
    },
    cwd: productRoot,
    log,
  });
  const record: ProcessRecord = {
    name: 'worker',
    pid: started.pid,
    identity: started.identity,
    startedAt: Date.now(),
    log,
    address,
    namespace,
    version: cliVersion(),
  };
  writeRecord(home, record);
  const installation = await untilAnswering({ session, started, record });
  started.release();
  return { record, started: true, installation };
}

async function untilAnswering(request: {
  readonly session: TemporalSession;
  readonly started: StartedProcess;
  readonly record: ProcessRecord;
}): Promise<InstallationDescription> {
  const { session, started, record } = request;
  const { log } = record;
  const ended = started.exited.then((how): never => {
    throw new SetupError({
      what: `the worker ended as it started (${how})`,
      where: `log: ${log}`,
      evidence: lastLogLines(log, 12),
      next: ['mend what the log says, then: slipway up'],
    });
  });
  return Promise.race([ended, answerWhenPolling(session, record)]);
}

/**
 * A worker that starts builds its workflow bundle for seconds, and one whose server was restarted
 * waits for its connection: meanwhile it does not poll. Another host's worker would answer for it.
 */
async function answerWhenPolling(session: TemporalSession, { pid, log }: ProcessRecord): Promise<InstallationDescription> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (await hasWorker(session, pid)) return describeInstallation(session, deadline - Date.now());
    await delay(200);
  }
  throw new SetupError({
    what: `the worker (process ${pid}) did not begin to work in time`,
    where: `log: ${log}`,
    evidence: lastLogLines(log, 12),
    next: ['slipway down', 'slipway up'],
  });
}
