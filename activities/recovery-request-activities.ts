import type { CheckedBackup } from '../domain/recovery/checked-backup.ts';
import type { BackupCatalog } from './backup/backup-catalog.ts';
import { parseExportedKeys } from './backup/backup-key.ts';
import type { BackupKeys } from './backup/backup-keys.ts';
import { BackupNotFoundError } from './backup/errors.ts';
import { openBackup, type OpenedBackup } from './backup/open-backup.ts';
import { readBackup, type ReadBackup } from './backup/read-backup.ts';
import { cancellationSignal, reportProgress } from './progress.ts';
import type { BackupReader } from './recovery-activities.ts';
import type { BackupDestination } from './seams/backup-destination.ts';
import type { SecretBox } from './store/secret-box.ts';

/** What is needed to read a backup. */
export type BackupCheckDeps = {
  readonly catalog: BackupCatalog;
  readonly destination: Pick<BackupDestination, 'location'>;
  readonly keys: BackupKeys;
  readonly box: Pick<SecretBox, 'unseal'>;
};

/** Which backup is to be looked at; `key`: an exported key file, sealed to the installation's key. */
export type BackupCheck = { readonly cluster: string; readonly uid?: string; readonly id?: string; readonly key?: string; readonly actor?: string };

/**
 * The newest that is not known to be damaged unless one is named. Read to its end: a backup that cannot be restored is found out while
 * nothing has been touched. A key that is given is kept, for the steps that need it, once the backup was
 * found right: somebody else's would be what later backups are sealed to.
 * @throws the errors of openBackup, and BackupNotFoundError
 */
export async function readWholeBackup({ catalog, destination, keys, box }: BackupCheckDeps, request: BackupCheck): Promise<ReadBackup> {
  const signal = cancellationSignal();
  const { cluster, uid, key, actor = '' } = request;
  const given = key === undefined ? [] : parseExportedKeys(Buffer.from(box.unseal(key, 'backup-key')).toString('utf8')).keys;
  const id = request.id ?? (await newest(catalog, { name: cluster, ...(uid === undefined ? {} : { uid }) }, { signal, location: destination.location }));
  reportProgress({ phase: `reading and checking backup ${id}` });
  const where = `backup ${id} of cluster ${cluster}`;
  const object = await catalog.open(cluster, id, signal);
  const read = await readBackup({ object, where, keys: [...(await keys.list()), ...given], expected: { name: cluster, id, ...(uid === undefined ? {} : { uid }) } });
  await keys.import(given, actor);
  return read;
}

export function checkedBackup({ manifest }: ReadBackup): CheckedBackup {
  const { id, createdAt, kubernetesVersion, desired, etcd, cluster } = manifest;
  return { id, createdAt, kubernetesVersion, desired, cluster: { name: cluster.name, uid: cluster.uid }, etcdRevision: etcd.revision, bytes: etcd.bytes };
}

/** Looking at a backup before anything is touched. */
export function createRecoveryRequestActivities(deps: BackupCheckDeps) {
  return {
    async checkBackup(request: BackupCheck): Promise<CheckedBackup> {
      const checked = checkedBackup(await readWholeBackup(deps, request));
      if (request.id !== undefined) return checked;
      const { backups } = await deps.catalog.list({ name: request.cluster, uid: checked.cluster.uid }, cancellationSignal());
      const passedOver = backups.filter(({ damaged, createdAt }) => damaged !== undefined && createdAt > checked.createdAt).map(({ id }) => id);
      return { ...checked, ...(passedOver.length === 0 ? {} : { passedOver }) };
    },
  };
}

async function newest(catalog: BackupCatalog, cluster: { readonly name: string; readonly uid?: string }, { signal, location }: { readonly signal: AbortSignal; readonly location: string }): Promise<string> {
  const first = (await catalog.list(cluster, signal)).backups.find(({ damaged }) => damaged === undefined);
  if (first === undefined) throw new BackupNotFoundError('(any)', cluster.name, location);
  return first.id;
}

/** Opens a backup for the step that restores it. */
export function createBackupReader({ catalog, keys }: Pick<BackupCheckDeps, 'catalog' | 'keys'>): BackupReader {
  return async ({ cluster, id, signal }): Promise<OpenedBackup> =>
    openBackup({ object: await catalog.open(cluster.name, id, signal), where: `backup ${id} of cluster ${cluster.name}`, keys: await keys.list(), expected: { name: cluster.name, uid: cluster.uid, id } });
}
