import type { BackupList, ListedBackup } from '../../domain/backup/backup-view.ts';
import { workflowTypes } from '../../workflows/contracts.ts';
import { writeValue, type OutputFormat } from '../output.ts';
import { formatAge } from '../render/age.ts';
import { formatBytes } from '../render/bytes.ts';
import { renderTable } from '../render/table.ts';
import { withTemporal } from '../temporal/session.ts';
import { colorsFor, writeData, writeStory } from '../terminal.ts';
import { askBackups, fetchBackups, requireBackupId, type NamedBackup } from './request.ts';

export async function listBackups(cluster: string, output: OutputFormat): Promise<void> {
  const list = await withTemporal((session) => fetchBackups(session, cluster));
  if (output === 'json' || output === 'yaml') {
    await writeValue({ kind: 'BackupList', cluster, location: list.location, items: list.backups.map(viewBackup), unreadable: list.unreadable }, output);
  } else if (output === 'name') {
    for (const { id } of list.backups) writeData(`backup/${id}`);
  } else {
    writeData(renderBackups(list, output === 'wide', Date.now()));
    writeStory(`in ${list.location}`);
  }
  for (const { key, reason } of list.unreadable) writeStory(`${colorsFor(process.stderr).yellow('!')} ${key}: ${reason}`);
}

/** The table, with a line for each backup. */
export function renderBackups({ backups }: BackupList, wide: boolean, now: number): string {
  const header = ['ID', 'AGE', 'ORIGIN', 'KUBERNETES', 'REVISION', 'SIZE', 'STATE', ...(wide ? ['ETCD', 'KEYS', 'MACHINE', 'BACKUP-KEY', 'CLUSTER-UID'] : [])];
  const rows = backups.map(({ id, createdAt, origin, kubernetesVersion, etcd, bytes, keyId, cluster, damaged }) => [
    id,
    formatAge(now - createdAt),
    origin,
    kubernetesVersion,
    String(etcd.revision),
    formatBytes(bytes),
    damaged === undefined ? 'complete' : 'damaged',
    ...(wide ? [etcd.version, String(etcd.totalKeys), etcd.machine, keyId, cluster.uid] : []),
  ]);
  return renderTable({ header, rows });
}

export async function describeBackup({ cluster, id }: NamedBackup, output: OutputFormat): Promise<void> {
  const input = { cluster, id: requireBackupId(id, cluster) };
  const { backup, location } = await withTemporal((session) =>
    askBackups<{ readonly backup: ListedBackup; readonly location: string }>(session, { type: workflowTypes.describeBackup, cluster, what: 'describe-backup', input }),
  );
  if (output === 'json' || output === 'yaml') return writeValue({ ...viewBackup(backup), location }, output);
  const { etcd } = backup;
  const rows = [
    ['Backup', backup.id],
    ['Cluster', `${backup.cluster.name} (UID ${backup.cluster.uid})`],
    ['Taken', `${isoTime(backup.createdAt)}, ${formatAge(Date.now() - backup.createdAt)} ago, ${backup.origin}`],
    ['Kubernetes', backup.kubernetesVersion],
    ['etcd', `${etcd.version}, revision ${etcd.revision}, ${etcd.totalKeys} keys, hash ${etcd.hash}, from Machine ${etcd.machine}`],
    ['Snapshot', `${formatBytes(etcd.bytes)}, SHA-256 ${etcd.sha256}`],
    ['Object', `${formatBytes(backup.bytes)} in ${location}, format ${backup.formatVersion}, ${backup.compression}`],
    ...(backup.damaged === undefined ? [] : [['Damaged', `${backup.damaged.reason} (found ${formatAge(Date.now() - backup.damaged.at)} ago)`]]),
    ['Sealed to', `backup key ${backup.keyId}`],
    ['Written by', `Slipway ${backup.writtenBy}`],
  ];
  return writeData(rows.map(([name = '', value = '']) => `${`${name}:`.padEnd(12)}${value}`).join('\n'));
}

/** Keys are a stable interface, times are ISO 8601. */
function viewBackup(backup: ListedBackup): object {
  return { kind: 'Backup', ...backup, createdAt: isoTime(backup.createdAt) };
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
