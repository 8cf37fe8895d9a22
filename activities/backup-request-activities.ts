import { seal } from '../api/sealed-box.ts';
import type { BackupRetention } from '../api/backup-schedule.ts';
import type { BackupFacts } from '../domain/backup/backup-health.ts';
import type { BackupKeyView, BackupList, ListedBackup, VerifiedBackup } from '../domain/backup/backup-view.ts';
import { findBackupRefusal } from '../domain/backup/admit-backup.ts';
import { leavingMachines } from '../domain/backup/choose-member.ts';
import { decideRetention } from '../domain/backup/retention.ts';
import type { ClusterIdentity } from '../domain/identity.ts';
import type { Machine } from '../domain/machine.ts';
import type { BackupCatalog } from './backup/backup-catalog.ts';
import { damageKeyOf, writeDamage } from './backup/damage-marks.ts';
import { BackupDamagedError, BackupTruncatedError } from './backup/errors.ts';
import { parseExportedKeys, type BackupKey } from './backup/backup-key.ts';
import type { BackupKeys } from './backup/backup-keys.ts';
import { verifyBackup } from './backup/verify-backup.ts';
import type { EtcdTools } from './backup/throwaway-etcd.ts';
import { cancellationSignal, reportProgress } from './progress.ts';
import { AdmissionRefusedError, ClusterNotFoundError } from './request-errors.ts';
import type { BackupDestination } from './seams/backup-destination.ts';
import type { BackupSchedules } from './seams/backup-schedules.ts';
import type { ClusterLookup } from './seams/cluster-lookup.ts';
import type { SecretBox } from './store/secret-box.ts';
import { findManaged } from './find-managed.ts';

/** What a backup is taken of: the cluster as its workflow knows it now. */
export type BackupSource = {
  readonly identity: ClusterIdentity;
  readonly host: string;
  /** Of the control plane. */
  readonly machines: readonly Machine[];
  /** Names of Machines that are being taken out. */
  readonly leaving: readonly string[];
  /** Paths that go into the backup beside etcd's snapshot. */
  readonly files: readonly string[];
};

/** An object left behind by a worker that was killed is no more than that after so long. */
const abandonedMs = 24 * 3_600_000;

/** What needs the destination, the keys and the schedules, and no Machine. */
export function createBackupRequestActivities(deps: {
  readonly clusters: ClusterLookup;
  readonly catalog: BackupCatalog;
  readonly destination: BackupDestination;
  readonly keys: BackupKeys;
  readonly schedules: BackupSchedules;
  readonly box: Pick<SecretBox, 'unseal'>;
  readonly etcdTools: (kubernetesVersion: string) => EtcdTools;
  readonly now: () => number;
}) {
  const { clusters, catalog, destination, keys, schedules } = deps;

  const keysFrom = async (sealed: string | undefined): Promise<readonly BackupKey[]> =>
    sealed === undefined ? keys.list() : parseExportedKeys(Buffer.from(deps.box.unseal(sealed, 'backup-key')).toString('utf8')).keys;

  /** What is wrong with the backup is told also where it cannot be written down, as on a disk that is read-only. */
  const markDamaged = async (backupKey: string, error: Error): Promise<void> => {
    const damage = { at: deps.now(), reason: error.message };
    await writeDamage(destination, { backupKey, damage, signal: cancellationSignal() }).catch((problem: unknown) => {
      reportProgress({ phase: `that it is damaged could not be written beside it: ${String(problem)}` });
    });
  };
  const removeBackup = async (key: string, signal: AbortSignal): Promise<void> => {
    await destination.delete(key, signal);
    await destination.delete(damageKeyOf(key), signal);
  };

  return {
    async findBackupSource(request: { cluster: string; uid?: string }): Promise<BackupSource> {
      const state = await findManaged(clusters, request.cluster);
      const { identity, host, desired, machines, steps } = state;
      if (request.uid !== undefined && request.uid !== identity.uid) {
        await schedules.remove(request.cluster);
        throw new ClusterNotFoundError(`cluster ${request.cluster} is another one now (UID ${identity.uid}, not ${request.uid}): the schedule of the old one was removed, and no backup was taken.`);
      }
      const refusal = findBackupRefusal(state);
      if (refusal !== undefined) throw new AdmissionRefusedError(`${refusal}. No backup was taken; earlier ones are unharmed.`);
      const { files } = desired.controlPlane.bootstrap;
      return {
        identity,
        host,
        machines: machines.filter(({ role }) => role === 'control-plane'),
        leaving: leavingMachines(steps),
        files: ['/etc/kubernetes', ...files.map(({ path }) => path).filter((path) => !path.startsWith('/etc/kubernetes/'))],
      };
    },

    async listBackups(request: { cluster: string }): Promise<BackupList> {
      return catalog.list({ name: request.cluster }, cancellationSignal());
    },

    /** What `describe` says of a cluster's backups; a destination that cannot be asked is a fact, too. */
    async observeBackups(request: { cluster: string; uid: string }): Promise<BackupFacts> {
      const { cluster, uid } = request;
      const [view, schedule, failure] = await Promise.all([keys.view(), schedules.find(cluster), schedules.findFailure(cluster)]);
      const own = view[0] ?? { keyId: (await keys.current()).keyId, exported: undefined };
      const common = {
        key: { keyId: own.keyId, ...(own.exported === undefined ? {} : { exportedAt: own.exported.at }) },
        ...(failure === undefined ? {} : { failure }),
        ...(schedule === undefined ? {} : { schedule: { cron: schedule.cron, maxAgeMs: schedule.maxAgeMs, paused: schedule.pausedNow, since: schedule.createdAt } }),
      };
      try {
        const { backups } = await catalog.list({ name: cluster, uid }, cancellationSignal());
        const good = backups.filter(({ damaged }) => damaged === undefined);
        const [newest] = good;
        const damaged = backups.filter(({ damaged: damage }) => damage !== undefined).map(({ id }) => id);
        return { ...common, count: good.length, ...(damaged.length === 0 ? {} : { damaged }), ...(newest === undefined ? {} : { newest: { id: newest.id, createdAt: newest.createdAt } }) };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return { ...common, count: 0, problem: error.message };
      }
    },

    async describeBackup(request: { cluster: string; id: string }): Promise<{ readonly backup: ListedBackup; readonly location: string }> {
      const { backup } = await catalog.find(request.cluster, request.id, cancellationSignal());
      return { backup, location: destination.location };
    },

    /**
     * `key`: an exported key file, sealed, where the store's own keys are not meant. Damage is remembered beside the backup
     * until a check finds it right.
     */
    async verifyBackup(request: { cluster: string; id: string; restore: boolean; key?: string }): Promise<VerifiedBackup> {
      const { cluster, id, restore } = request;
      const signal = cancellationSignal();
      const { key: backupKey, backup } = await catalog.find(cluster, id, signal);
      const verified = await verifyBackup({
        object: await catalog.open(cluster, id, signal),
        where: `backup ${id} of cluster ${cluster}`,
        keys: await keysFrom(request.key),
        expected: { name: cluster, uid: backup.cluster.uid, id },
        bytes: backup.bytes,
        restore: restore ? deps.etcdTools : undefined,
        signal,
        onPhase: (phase) => reportProgress({ phase }),
      }).catch(async (error: unknown) => {
        if (error instanceof BackupDamagedError || error instanceof BackupTruncatedError) await markDamaged(backupKey, error);
        throw error;
      });
      if (backup.damaged !== undefined) await destination.delete(damageKeyOf(backupKey), signal);
      return verified;
    },

    async deleteBackup(request: { cluster: string; id: string }): Promise<void> {
      const { key } = await catalog.find(request.cluster, request.id, cancellationSignal());
      await removeBackup(key, cancellationSignal());
    },

    /** Where the object can be fetched, sealed: a URL lets whoever has it read. */
    async locateBackup(request: { cluster: string; id: string; recipient: string }): Promise<{ sealed: string }> {
      const { key, backup } = await catalog.find(request.cluster, request.id, cancellationSignal());
      return { sealed: seal(request.recipient, JSON.stringify({ ...(await destination.locate(key)), bytes: backup.bytes }), 'backup-location') };
    },

    /** After a newer one is complete, and never else: the oldest first, so that an end in the middle leaves the newer ones. */
    async pruneBackups(request: { cluster: ClusterIdentity; keep: BackupRetention }): Promise<readonly string[]> {
      const signal = cancellationSignal();
      const { backups } = await catalog.list(request.cluster, signal);
      const { remove } = decideRetention(backups, request.keep);
      for (const { id } of remove) {
        reportProgress({ phase: `removing backup ${id}` });
        const { key } = await catalog.find(request.cluster.name, id, signal);
        await removeBackup(key, signal);
      }
      await destination.removeAbandoned(deps.now() - abandonedMs, signal);
      return remove.map(({ id }) => id);
    },

    async listBackupKeys(): Promise<readonly BackupKeyView[]> {
      return keys.view();
    },

    async exportBackupKeys(request: { recipient: string }): Promise<{ sealed: string }> {
      return { sealed: seal(request.recipient, JSON.stringify(await keys.export()), 'backup-keys') };
    },

    async confirmBackupKeyExport(request: { keyIds: readonly string[]; actor: string }): Promise<void> {
      await keys.markExported(request.keyIds, request.actor);
    },

    async rotateBackupKey(): Promise<readonly BackupKeyView[]> {
      await keys.rotate();
      return keys.view();
    },
  };
}
