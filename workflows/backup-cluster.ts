import { ApplicationFailure, CancellationScope, log, proxyActivities, setCurrentDetails, setHandler, uuid4 } from '@temporalio/workflow';
import type { createBackupActivities } from '../activities/backup-activities.ts';
import type { createBackupRequestActivities } from '../activities/backup-request-activities.ts';
import { isBackupId, makeBackupId } from '../domain/backup/backup-id.ts';
import type { BackupResult } from '../domain/backup/backup-view.ts';
import type { PhaseRecord } from '../domain/step.ts';
import { quick, remote, transfer } from './activity-options.ts';
import { controlTaskQueue, hostTaskQueue, type BackupInput } from './contracts.ts';
import { renderStepDetails } from './details/step-details.ts';
import { backupQuery } from './messages.ts';
import { tellBackupHealth } from './tell-backup-health.ts';

type Requests = ReturnType<typeof createBackupRequestActivities>;
type HostActivities = ReturnType<typeof createBackupActivities>;

/**
 * One backup of one cluster. It changes nothing of the cluster, so it takes no turn among the changes of
 * its control plane: it only reads from a member that none of them takes out. The newest goes nowhere
 * before this one is complete.
 */
export async function backupCluster(input: BackupInput): Promise<BackupResult> {
  const id = input.id ?? makeBackupId({ at: Date.now(), random: uuid4() });
  if (!isBackupId(id)) throw ApplicationFailure.nonRetryable('that is not the ID of a backup', 'Invalid');
  let phases: readonly PhaseRecord[] = [];
  setHandler(backupQuery, () => ({ id, phases }));
  const phase = async <T>(name: string, work: (summary: string) => Promise<T>): Promise<T> => {
    const started: PhaseRecord = { name, startedAt: Date.now() };
    const tell = (record: PhaseRecord): void => {
      phases = [...phases.filter(({ name: other }) => other !== name), record];
      setCurrentDetails(renderStepDetails({ phases }));
    };
    tell(started);
    try {
      const result = await work(`${input.cluster}: ${name}`);
      tell({ ...started, endedAt: Date.now() });
      return result;
    } catch (error) {
      tell({ ...started, endedAt: Date.now(), failed: true });
      throw error;
    }
  };

  const source = await phase('look at the cluster', (summary) =>
    proxyActivities<Requests>({ ...quick, taskQueue: controlTaskQueue, summary }).findBackupSource({ cluster: input.cluster, ...(input.uid === undefined ? {} : { uid: input.uid }) }),
  );
  const { identity: cluster, machines, leaving, files } = source;
  const attempt = async (): Promise<BackupResult> => {
    const taskQueue = hostTaskQueue(source.host);
    const chosen = await phase('choose a member', (summary) =>
      proxyActivities<HostActivities>({ ...quick, retry: { ...quick.retry, maximumAttempts: 5 }, taskQueue, summary }).chooseSnapshotMember({ cluster, machines, leaving }),
    );
    const machine = machines.find(({ name }) => name === chosen.machine);
    if (machine === undefined) throw ApplicationFailure.nonRetryable(`Machine ${chosen.machine} is not one of the cluster's`, 'MalformedStep');
    const task = { cluster, machine, id };
    try {
      // Whatever was acknowledged before this moment is in the snapshot.
      const createdAt = Date.now();
      const taken = await phase(`etcd snapshot on ${machine.name}`, (summary) =>
        proxyActivities<HostActivities>({ ...remote, startToCloseTimeout: '1 hour', taskQueue, summary }).takeSnapshot({ ...task, files }),
      );
      const backup = await phase('stream to the destination', (summary) =>
        proxyActivities<HostActivities>({ ...transfer, taskQueue, summary }).uploadBackup({ ...task, taken, createdAt, origin: input.origin }),
      );
      const { keep } = input;
      const removed = keep === undefined ? [] : await phase('remove what is kept no longer', (summary) => proxyActivities<Requests>({ ...quick, taskQueue: controlTaskQueue, summary }).pruneBackups({ cluster, keep }));
      return { backup, removed };
    } finally {
      await CancellationScope.nonCancellable(() => discard(taskQueue, task));
    }
  };
  try {
    return await attempt();
  } finally {
    if (input.origin === 'scheduled') await CancellationScope.nonCancellable(() => tellBackupHealth(cluster));
  }
}

/** What is left on a Machine is cleared away by a later backup, too: a good one does not fail for it. */
async function discard(taskQueue: string, task: Parameters<HostActivities['discardSnapshot']>[0]): Promise<void> {
  try {
    const summary = `${task.cluster.name}: clear away the snapshot on ${task.machine.name}`;
    await proxyActivities<HostActivities>({ ...quick, retry: { maximumAttempts: 2 }, taskQueue, summary }).discardSnapshot(task);
  } catch (error) {
    log.warn('the snapshot was left on its Machine', { machine: task.machine.name, id: task.id, error: String(error) });
  }
}
