import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { BackupKeyView } from '../../domain/backup/backup-view.ts';
import { workflowTypes, type ConfirmKeyExportInput, type ExportBackupKeysInput } from '../../workflows/contracts.ts';
import { currentActor } from '../actor.ts';
import { confirmOrRefuse } from '../confirm.ts';
import { UsageError } from '../errors.ts';
import { writePrivateFile } from '../kubeconfig/private-file.ts';
import { writeValue, type OutputFormat } from '../output.ts';
import { formatAge } from '../render/age.ts';
import { renderTable } from '../render/table.ts';
import { askSealed } from '../sealed-answers.ts';
import { runWorkflow } from '../temporal/run-workflow.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeData, writeStory } from '../terminal.ts';
import { fetchKeys } from './request.ts';

const exported = z.object({ keys: z.array(z.object({ keyId: z.string() })) });

/** Said to be exported only when the file is on disk. */
export async function exportKeys(filename: string): Promise<void> {
  if (existsSync(filename)) throw new UsageError({ what: `${filename} is there already`, unchanged: 'no key was written', next: ['name another file with -f: an older one may be the only copy of its keys'] });
  const keyIds = await withTemporal(async (session) => {
    const text = await askSealed(session, {
      type: workflowTypes.exportBackupKeys,
      idPrefix: 'installation/export-backup-keys',
      context: 'backup-keys',
      input: (recipient): ExportBackupKeysInput => ({ recipient }),
    });
    const { keys } = exported.parse(JSON.parse(text));
    writePrivateFile(filename, `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`);
    const input: ConfirmKeyExportInput = { keyIds: keys.map(({ keyId }) => keyId), actor: currentActor() };
    await runWorkflow(session, { type: workflowTypes.confirmBackupKeyExport, idPrefix: 'installation/backup-key-exported', input, unchanged: `${filename} was written, and opens backups; the installation does not know that yet` });
    return input.keyIds;
  });
  writeStory(`wrote ${filename} (mode 0600) with ${keyIds.length === 1 ? `key ${keyIds[0]}` : `keys ${keyIds.join(', ')}`}`);
  writeStory('Keep it where this installation is not: whoever has it and a backup has the cluster.');
}

export async function rotateKey(flags: { readonly yes?: true }): Promise<void> {
  const agreed = await confirmOrRefuse({ yes: flags.yes, question: 'Seal new backups to a new key? It has to be exported then.', what: 'a new key has to be exported, or nobody can open new backups without this installation' });
  if (!agreed) return writeStory('the key stays');
  const [current] = await withTemporal((session) => runWorkflow<readonly BackupKeyView[]>(session, { type: workflowTypes.rotateBackupKey, idPrefix: 'installation/rotate-backup-key', unchanged: 'the key stays' }));
  writeStory(`backups are sealed to key ${current?.keyId ?? ''} from now on; older ones still open with the older key`);
  writeStory('Next:  slipway backup key export -f FILE');
}

export async function listKeys(output: OutputFormat): Promise<void> {
  const keys = await withTemporal(fetchKeys);
  if (output === 'json' || output === 'yaml') return writeValue({ kind: 'BackupKeyList', items: keys.map(view) }, output);
  const now = Date.now();
  const rows = keys.map(({ keyId, createdAt, isCurrent, exported: out }) => [keyId, isCurrent ? 'yes' : '', formatAge(now - createdAt), out === undefined ? 'never' : `${formatAge(now - out.at)} ago by ${out.actor}`]);
  return writeData(renderTable({ header: ['KEY', 'CURRENT', 'AGE', 'EXPORTED'], rows }));
}

function view({ keyId, createdAt, isCurrent, exported: out }: BackupKeyView): object {
  return { keyId, isCurrent, createdAt: new Date(createdAt).toISOString(), exported: out === undefined ? null : { at: new Date(out.at).toISOString(), actor: out.actor } };
}
