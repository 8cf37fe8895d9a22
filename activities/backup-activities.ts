import { chooseSnapshotMember } from '../domain/backup/choose-member.ts';
import type { BackupHeader, BackupOrigin } from '../domain/backup/backup-manifest.ts';
import type { ListedBackup } from '../domain/backup/backup-view.ts';
import type { ClusterIdentity } from '../domain/identity.ts';
import type { Machine } from '../domain/machine.ts';
import { backupKeyOf, toListed } from './backup/backup-catalog.ts';
import type { BackupKeys } from './backup/backup-keys.ts';
import { collectContents } from './backup/collect-contents.ts';
import { NoSnapshotMemberError } from './backup/errors.ts';
import { decodeHeader, HEADER_LIMIT_BYTES } from './backup/object-header.ts';
import { packBackup, type PackedBackup, type PartSource } from './backup/pack-backup.ts';
import { askServing } from './etcd/ask-serving.ts';
import { cancellationSignal, currentAttempt, reportProgress } from './progress.ts';
import type { BackupDestination } from './seams/backup-destination.ts';
import type { EtcdMembers } from './seams/etcd-members.ts';
import type { EtcdSnapshots, SnapshotPart, TakenSnapshot } from './seams/etcd-snapshots.ts';
import { sshTarget } from './ssh-target.ts';
import type { ClusterRecords } from './store/cluster-records.ts';
import type { ClusterSecrets } from './store/cluster-secrets.ts';

export type SnapshotTask = { readonly cluster: ClusterIdentity; readonly machine: Machine; readonly id: string };
export type UploadTask = SnapshotTask & { readonly taken: TakenSnapshot; readonly createdAt: number; readonly origin: BackupOrigin };

/** Taking a backup: what needs the Machines. Each can be run twice. */
export function createBackupActivities(deps: {
  readonly members: Pick<EtcdMembers, 'observe'>;
  readonly snapshots: EtcdSnapshots;
  readonly destination: BackupDestination;
  readonly keys: Pick<BackupKeys, 'current'>;
  readonly records: Pick<ClusterRecords, 'load' | 'listRevisions'>;
  readonly secrets: ClusterSecrets;
  readonly version: string;
}) {
  const { members, snapshots, destination } = deps;

  const pack = async (task: UploadTask): Promise<PackedBackup & { readonly recipient: string; readonly header: Omit<BackupHeader, 'recipient'> }> => {
    const { id, createdAt, taken, origin } = task;
    const { manifest, revisions, secrets } = await collectContents({ ...deps, uid: task.cluster.uid, id, createdAt, taken });
    const { formatVersion, cluster, kubernetesVersion, etcd } = manifest;
    const header = { formatVersion, id, origin, cluster, createdAt, kubernetesVersion, etcd, writtenBy: deps.version, compression: 'zstd' } as const;
    const recipient = await deps.keys.current();
    const sources = { 'revisions.json': whole(revisions), 'secrets.json': whole(secrets), 'control-plane-files.tar': fromMachine(task, 'control-plane-files.tar'), 'etcd-snapshot.db': fromMachine(task, 'etcd-snapshot.db') };
    return { ...packBackup({ header, recipient, manifest, sources }), recipient: recipient.keyId, header };
  };
  const fromMachine =
    (task: SnapshotTask, part: SnapshotPart): PartSource =>
    (onChunk) =>
      snapshots.read(sshTarget(task), { id: task.id, part }, { signal: cancellationSignal(), onChunk });

  return {
    /** @throws NoSnapshotMemberError */
    async chooseSnapshotMember(request: { cluster: ClusterIdentity; machines: readonly Machine[]; leaving: readonly string[] }): Promise<{ readonly machine: string; readonly reasons: readonly string[] }> {
      const { cluster, machines, leaving } = request;
      const signal = cancellationSignal();
      const listed = await askServing({ cluster, machines, signal }, (via) => members.observe(via, signal));
      const choice = chooseSnapshotMember({ machines, members: listed, leaving });
      if (choice.action === 'refuse') throw new NoSnapshotMemberError(cluster.name, choice.reasons);
      return { machine: choice.machine.name, reasons: choice.reasons };
    },

    /** @throws SnapshotFailedError */
    async takeSnapshot(task: SnapshotTask & { files: readonly string[] }): Promise<TakenSnapshot> {
      const { id, files } = task;
      reportProgress({ phase: `etcd snapshot on ${task.machine.name}` });
      const onOutput = (line: string): void => reportProgress({ phase: `etcd snapshot on ${task.machine.name}: ${line.slice(0, 120)}` });
      return snapshots.take(sshTarget(task), { id, attempt: currentAttempt(), files }, { signal: cancellationSignal(), onOutput });
    },

    /**
     * Streams the backup to its destination; one of that ID that is there already is the answer. What
     * went wrong first is what is told, not what followed from it.
     */
    async uploadBackup(task: UploadTask): Promise<ListedBackup> {
      const key = backupKeyOf(task.cluster, task.id);
      const signal = cancellationSignal();
      const packed = await pack(task);
      let first: unknown;
      const watched = <T>(work: Promise<T>): Promise<T> =>
        work.catch((error: unknown) => {
          first ??= error;
          throw error;
        });
      const onProgress = (bytes: number): void => reportProgress({ phase: `backup to ${destination.location}: ${megabytes(bytes)} of at most ${megabytes(task.taken.etcd.bytes)} written` });
      const [put] = await Promise.allSettled([watched(destination.put(key, packed.body, { signal, onProgress })), watched(packed.done)]);
      // One that was there already leaves what is being packed unread.
      if (put.status === 'rejected') throw first instanceof Error ? first : put.reason;
      return findListed(key, signal);
    },

    async discardSnapshot(task: SnapshotTask): Promise<void> {
      await snapshots.discard(sshTarget(task), { id: task.id }, cancellationSignal());
    },
  };

  async function findListed(key: string, signal: AbortSignal): Promise<ListedBackup> {
    const beginning = await destination.readBeginning(key, HEADER_LIMIT_BYTES, signal);
    const object = (await destination.list(key.slice(0, key.lastIndexOf('/') + 1), signal)).find((listed) => listed.key === key);
    if (beginning === undefined || object === undefined) throw new Error(`the backup ${key} is not in ${destination.location}, although it was written there`);
    return toListed(decodeHeader(beginning, key).header, object.bytes);
  }
}

function whole(bytes: Uint8Array): PartSource {
  return (onChunk) => onChunk(bytes);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
