import type { VerifiedBackup } from '../../domain/backup/backup-view.ts';
import { workflowTypes, type VerifyBackupInput } from '../../workflows/contracts.ts';
import { writeValue, type OutputFormat } from '../output.ts';
import { formatAge, formatDuration } from '../render/age.ts';
import { formatBytes } from '../render/bytes.ts';
import { withTemporal } from '../temporal/session.ts';
import { colorsFor, writeData, writeStory } from '../terminal.ts';
import { readKeyFile, sealKey } from './key-file.ts';
import { askBackups, newestBackup, requireBackupId } from './request.ts';

const TIMEOUT_MS = 12 * 3_600_000;

/** Has a backup checked by the worker, which alone reaches it. */
export async function verifyBackup(
  { cluster, id }: { readonly cluster: string; readonly id: string | undefined },
  flags: { readonly restore?: true; readonly key?: string; readonly output: OutputFormat },
): Promise<void> {
  const named = id === undefined ? undefined : requireBackupId(id, cluster);
  const key = flags.key === undefined ? undefined : await readKeyFile(flags.key);
  const verified = await withTemporal(async (session) => {
    const backup = named ?? (await newestBackup(session, cluster));
    const sealed = key === undefined ? {} : { key: await sealKey(session, key) };
    const input: VerifyBackupInput = { cluster, id: backup, restore: flags.restore === true, ...sealed };
    writeStory(`verifying backup ${backup} of cluster ${cluster}${flags.restore === true ? ', restoring it into an etcd of its own' : ''}`);
    return askBackups<VerifiedBackup>(session, { type: workflowTypes.verifyBackup, cluster, what: 'verify-backup', input, timeoutMs: TIMEOUT_MS, unchanged: 'the cluster was not touched' });
  });
  const ageMs = Date.now() - verified.createdAt;
  if (flags.output === 'json' || flags.output === 'yaml') return writeValue({ kind: 'VerifiedBackup', ...verified, createdAt: new Date(verified.createdAt).toISOString(), dataAgeMs: ageMs }, flags.output);
  return writeData(renderVerified(verified, ageMs));
}

function renderVerified({ id, bytes, parts, etcd, checkedInMs, restored }: VerifiedBackup, ageMs: number): string {
  const good = colorsFor(process.stdout).green('✓');
  const lines = [
    `${good} backup ${id}: ${formatBytes(bytes)}, every seal and checksum right, in ${formatDuration(checkedInMs)}`,
    ...parts.map(({ path, bytes: size }) => `    ${path}  ${formatBytes(size)}`),
    `${good} etcd's own hash: revision ${etcd.revision}, ${etcd.totalKeys} keys`,
  ];
  if (restored !== undefined) {
    lines.push(`${good} restored: etcd ${restored.etcdVersion} serves revision ${restored.revision} and ${restored.totalKeys} keys after ${formatDuration(restored.restoredInMs)}`);
  }
  lines.push(`A recovery from it would lose what was written in the last ${formatAge(ageMs)}.`);
  return lines.join('\n');
}
