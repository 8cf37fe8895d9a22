import type { InstallationDescription } from '../../workflows/contracts.ts';
import { CliError } from '../errors.ts';
import { openSession } from '../temporal/session.ts';
import { resolveTarget } from '../temporal/target.ts';
import type { LocalHome } from './home.ts';
import { readRecord, isRunning, type LocalProcessName, type ProcessRecord } from './process-record.ts';
import { describeInstallation } from './worker.ts';

export type ComponentStatus = {
  readonly name: string;
  readonly healthy: boolean;
  /** One line for a person. */
  readonly state: string;
  /** Set where the process is one that `slipway up` started on this host. */
  readonly pid?: number;
  readonly address?: string;
  readonly version?: string;
  /** ISO 8601. */
  readonly startedAt?: string;
  readonly log?: string;
};

export type LocalStatus = {
  readonly healthy: boolean;
  readonly home: string;
  readonly store: string;
  readonly components: readonly ComponentStatus[];
};

/** What runs and answers, seen afresh: records are only believed as far as their processes live. */
export async function observeStatus(home: LocalHome): Promise<LocalStatus> {
  const target = resolveTarget();
  const server = processFacts(home, 'temporal');
  const webUi = readRecord(home, 'temporal')?.webUi;
  const components: ComponentStatus[] = [];
  try {
    const session = await openSession(target);
    try {
      const version = await serverVersion(session);
      components.push({ ...server, name: 'temporal', healthy: true, state: 'answers', address: target.address, version });
      if (target.origin === 'local' && webUi !== undefined) components.push(await webUiStatus(webUi));
      components.push(...(await workerStatus(home, session)));
    } finally {
      await session.connection.close();
    }
  } catch (error) {
    components.push({ ...server, name: 'temporal', healthy: false, state: reasonOf(error), address: target.address });
    components.push({ ...processFacts(home, 'worker'), name: 'worker', healthy: false, state: 'cannot work without Temporal' });
  }
  const simulator = readRecord(home, 'simulator');
  if (simulator !== undefined) components.push(simulatorStatus(home, simulator));
  return { healthy: components.every(({ healthy }) => healthy), home: home.root, store: home.store, components };
}

type Session = Awaited<ReturnType<typeof openSession>>;

async function serverVersion(session: Session): Promise<string> {
  const info = await session.connection.withDeadline(Date.now() + 5_000, () =>
    session.connection.workflowService.getSystemInfo({}),
  );
  return info.serverVersion;
}

async function webUiStatus(address: string): Promise<ComponentStatus> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(3_000) });
    await answer.body?.cancel();
    return { name: 'web ui', healthy: answer.ok, state: answer.ok ? 'answers' : `HTTP status ${answer.status}`, address };
  } catch (error) {
    return { name: 'web ui', healthy: false, state: reasonOf(error), address };
  }
}

async function workerStatus(home: LocalHome, session: Session): Promise<readonly ComponentStatus[]> {
  const facts = processFacts(home, 'worker');
  try {
    const installation = await describeInstallation(session, 10_000);
    return [
      { ...facts, name: 'worker', healthy: true, state: 'answers', version: installation.workerVersion },
      { name: 'docker', healthy: true, state: machineImages(installation), version: installation.dockerVersion },
    ];
  } catch (error) {
    return [{ ...facts, name: 'worker', healthy: false, state: reasonOf(error) }];
  }
}

/** Simulated clusters are there only while it runs. */
function simulatorStatus(home: LocalHome, record: ProcessRecord): ComponentStatus {
  const runs = isRunning(record);
  return { ...processFacts(home, 'simulator'), name: 'simulator', healthy: runs, state: runs ? 'runs' : 'has ended; run: slipway up --simulator', address: record.address };
}

function machineImages(installation: InstallationDescription): string {
  const { kubernetesVersions } = installation;
  return kubernetesVersions.length === 0 ? 'answers, without machine images' : `images for ${kubernetesVersions.join(', ')}`;
}

function processFacts(home: LocalHome, name: LocalProcessName): Pick<ComponentStatus, 'pid' | 'startedAt' | 'log' | 'version'> {
  const record = readRecord(home, name);
  if (record === undefined || !isRunning(record)) return {};
  const { pid, log, version } = record;
  return { pid, log, version, startedAt: new Date(record.startedAt).toISOString() };
}

function reasonOf(error: unknown): string {
  if (error instanceof CliError) return error.facts.what;
  return error instanceof Error ? error.message : String(error);
}
