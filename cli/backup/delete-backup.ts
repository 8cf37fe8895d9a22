import { workflowTypes } from '../../workflows/contracts.ts';
import { confirmOrRefuse } from '../confirm.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';
import { askBackups, requireBackupId, type NamedBackup } from './request.ts';

export async function deleteBackup({ cluster, id }: NamedBackup, flags: { readonly yes?: true }): Promise<void> {
  const input = { cluster, id: requireBackupId(id, cluster) };
  const agreed = await confirmOrRefuse({ yes: flags.yes, question: `Delete backup ${id} of cluster ${cluster} for good?`, what: 'a deleted backup is gone for good' });
  if (!agreed) return writeStory(`backup ${id} stays`);
  await withTemporal((session) => askBackups(session, { type: workflowTypes.deleteBackup, cluster, what: 'delete-backup', input }));
  writeStory(`backup ${id} of cluster ${cluster} is deleted`);
}
