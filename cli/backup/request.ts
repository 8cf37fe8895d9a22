import { isBackupId } from '../../domain/backup/backup-id.ts';
import type { BackupKeyView, BackupList } from '../../domain/backup/backup-view.ts';
import { workflowTypes } from '../../workflows/contracts.ts';
import { clusterWorkflowId } from '../../workflows/messages.ts';
import { NotFoundError, UsageError } from '../errors.ts';
import { runWorkflow } from '../temporal/run-workflow.ts';
import type { TemporalSession } from '../temporal/session.ts';

export type NamedBackup = { readonly cluster: string; readonly id: string };

/** What the commands ask for by a workflow of its own. */
export async function askBackups<Answer>(
  session: TemporalSession,
  question: { readonly type: string; readonly cluster: string; readonly what: string; readonly input: unknown; readonly unchanged?: string; readonly timeoutMs?: number },
): Promise<Answer> {
  const { type, cluster, what, input, unchanged = 'nothing was changed', timeoutMs } = question;
  return runWorkflow<Answer>(session, {
    type,
    idPrefix: `${clusterWorkflowId(cluster)}/${what}`,
    input,
    where: `backups of cluster ${cluster}`,
    unchanged,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

export async function fetchBackups(session: TemporalSession, cluster: string): Promise<BackupList> {
  return askBackups(session, { type: workflowTypes.listBackups, cluster, what: 'backups', input: { cluster } });
}

export async function fetchKeys(session: TemporalSession): Promise<readonly BackupKeyView[]> {
  return runWorkflow(session, { type: workflowTypes.listBackupKeys, idPrefix: 'installation/backup-keys', unchanged: 'nothing was changed' });
}

/** The newest backup's ID. @throws NotFoundError */
export async function newestBackup(session: TemporalSession, cluster: string): Promise<string> {
  const { backups, location } = await fetchBackups(session, cluster);
  const [newest] = backups;
  if (newest !== undefined) return newest.id;
  throw new NotFoundError({ what: `cluster ${cluster} has no backup`, where: location, next: [`slipway backup create cluster/${cluster}`] });
}

/** @throws UsageError before anything is sent */
export function requireBackupId(id: string, cluster: string): string {
  if (isBackupId(id)) return id;
  throw new UsageError({ what: `"${id}" is no backup: they look like 20261121-144055-x7k2p9`, unchanged: 'nothing was sent', next: [`slipway backup list cluster/${cluster}`] });
}
