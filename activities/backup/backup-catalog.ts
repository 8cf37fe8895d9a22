import type { Readable } from 'node:stream';
import { isBackupId } from '../../domain/backup/backup-id.ts';
import type { BackupHeader } from '../../domain/backup/backup-manifest.ts';
import type { BackupList, ListedBackup } from '../../domain/backup/backup-view.ts';
import type { ClusterIdentity } from '../../domain/identity.ts';
import type { BackupDestination, StoredObject } from '../seams/backup-destination.ts';
import { damageKeyOf, readDamage } from './damage-marks.ts';
import { BackupNotFoundError, ForeignBackupError } from './errors.ts';
import { decodeHeader, HEADER_LIMIT_BYTES } from './object-header.ts';

const EXTENSION = '.slipway-backup';
const parallelReads = 8;

/** Backups by cluster and ID, on whatever destination. */
export type BackupCatalog = {
  /** Of every cluster that had the name, the newest first; with `uid` of that one. */
  list(cluster: { readonly name: string; readonly uid?: string }, signal: AbortSignal): Promise<BackupList>;
  /** @throws BackupNotFoundError */
  find(cluster: string, id: string, signal: AbortSignal): Promise<{ readonly key: string; readonly backup: ListedBackup }>;
  /** @throws BackupNotFoundError */
  open(cluster: string, id: string, signal: AbortSignal): Promise<Readable>;
  /** The name of the cluster that a backup is of. @throws BackupNotFoundError */
  ownerOf(id: string, signal: AbortSignal): Promise<string>;
};

export function backupKeyOf(cluster: Pick<ClusterIdentity, 'name' | 'uid'>, id: string): string {
  return `${cluster.name}/${cluster.uid}/${id}${EXTENSION}`;
}

export function createBackupCatalog(destination: BackupDestination): BackupCatalog {
  const listObjects = async ({ name, uid }: { readonly name: string; readonly uid?: string }, signal: AbortSignal) => {
    const all = await destination.list(`${name}/${uid === undefined ? '' : `${uid}/`}`, signal);
    const keys = new Set(all.map(({ key }) => key));
    return all.filter(({ key }) => key.endsWith(EXTENSION)).map((object) => ({ ...object, isMarked: keys.has(damageKeyOf(object.key)) }));
  };

  const readHeader = async ({ key, bytes, isMarked }: StoredObject & { readonly isMarked: boolean }, signal: AbortSignal): Promise<ListedBackup | undefined> => {
    const beginning = await destination.readBeginning(key, HEADER_LIMIT_BYTES, signal);
    // Deleted since it was listed.
    if (beginning === undefined) return undefined;
    const { header } = decodeHeader(beginning, key);
    // Copied or renamed by somebody: under another's name it would be counted, kept and pruned as that.
    if (backupKeyOf(header.cluster, header.id) !== key) throw new ForeignBackupError(key, `backup ${header.id} of cluster ${header.cluster.name} (UID ${header.cluster.uid})`, 'what its name says');
    const damaged = isMarked ? await readDamage(destination, key, signal) : undefined;
    return { ...toListed(header, bytes), ...(damaged === undefined ? {} : { damaged }) };
  };

  const find: BackupCatalog['find'] = async (cluster, id, signal) => {
    // Whatever was asked for, only an ID becomes part of a key.
    const objects = isBackupId(id) ? await listObjects({ name: cluster }, signal) : [];
    const object = objects.find(({ key }) => key.endsWith(`/${id}${EXTENSION}`));
    const backup = object === undefined ? undefined : await readHeader(object, signal);
    if (object === undefined || backup === undefined) throw new BackupNotFoundError(id, cluster, destination.location);
    return { key: object.key, backup };
  };

  return {
    find,
    async list(cluster, signal) {
      const objects = await listObjects(cluster, signal);
      const backups: ListedBackup[] = [];
      const unreadable: { key: string; reason: string }[] = [];
      for (let at = 0; at < objects.length; at += parallelReads) {
        const read = objects.slice(at, at + parallelReads).map(async (object) => {
          try {
            const backup = await readHeader(object, signal);
            if (backup !== undefined) backups.push(backup);
          } catch (error) {
            if (!(error instanceof Error) || !/^(Backup(Damaged|Truncated|Version)|ForeignBackup)Error$/.test(error.name)) throw error;
            unreadable.push({ key: object.key, reason: error.message });
          }
        });
        await Promise.all(read);
      }
      return { location: destination.location, backups: backups.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1)), unreadable };
    },
    async ownerOf(id, signal) {
      // Names of objects alone: they begin with the cluster's.
      const objects = isBackupId(id) ? await destination.list('', signal) : [];
      const owner = objects.find(({ key }) => key.endsWith(`/${id}${EXTENSION}`))?.key.split('/')[0];
      if (owner === undefined) throw new BackupNotFoundError(id, undefined, destination.location);
      return owner;
    },
    async open(cluster, id, signal) {
      const { key } = await find(cluster, id, signal);
      const object = await destination.open(key, signal);
      if (object === undefined) throw new BackupNotFoundError(id, cluster, destination.location);
      return object;
    },
  };
}

export function toListed({ recipient, ...header }: BackupHeader, bytes: number): ListedBackup {
  return { ...header, keyId: recipient.keyId, bytes };
}
