import { getExternalWorkflowHandle, isCancellation, log, proxyActivities } from '@temporalio/workflow';
import type { createBackupRequestActivities } from '../activities/backup-request-activities.ts';
import { backupCondition } from '../domain/backup/backup-health.ts';
import { staleOf, type BackupStale } from '../domain/backup/backup-stale.ts';
import type { ClusterIdentity } from '../domain/identity.ts';
import { once } from './activity-options.ts';
import { backupStaleSignal, clusterWorkflowId } from './messages.ts';

const { observeBackups } = proxyActivities<ReturnType<typeof createBackupRequestActivities>>({ ...once, summary: 'how old the newest backup is' });

/**
 * After each scheduled attempt the cluster hears whether a recovery would lose more than was agreed, and
 * tells people. The attempt itself fails as visibly whether or not that can be told.
 */
export async function tellBackupHealth({ name: cluster, uid }: Pick<ClusterIdentity, 'name' | 'uid'>): Promise<void> {
  try {
    const health = backupCondition(await observeBackups({ cluster, uid }), Date.now());
    const stale: BackupStale | undefined = staleOf(health, Date.now());
    await getExternalWorkflowHandle(clusterWorkflowId(cluster)).signal(backupStaleSignal, stale);
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.warn('the cluster was not told how old its backups are', { cluster, error: String(error) });
  }
}
