import type { DesiredCluster } from '../api/desired-cluster.ts';
import { mapSecrets } from '../api/secrets.ts';
import { keepTemplates } from '../domain/recovery/keep-templates.ts';
import { versionsAhead, type LostCluster } from '../domain/recovery/lost-cluster.ts';
import { sayingsOf } from '../domain/standing.ts';
import type { BackupCatalog } from './backup/backup-catalog.ts';
import type { BackupKeys } from './backup/backup-keys.ts';
import { BackupDamagedError } from './backup/errors.ts';
import { readBackup, type ReadBackup } from './backup/read-backup.ts';
import { cancellationSignal, reportProgress } from './progress.ts';
import type { MachineProvider } from './seams/machine-provider.ts';
import type { ClusterRecord } from './store/cluster-record.ts';
import type { ClusterRecords } from './store/cluster-records.ts';
import type { ClusterSecrets } from './store/cluster-secrets.ts';
import { ClusterDeletedError, RecordConflictError } from './store/errors.ts';

/** Which backup, and whose: the UID as the check of the backup found it. */
export type SeedRequest = { readonly name: string; readonly uid: string; readonly id: string };

/** What a store without that cluster, or one whose workflow is gone, needs before it can be recovered. */
export function createSeedActivities(deps: {
  readonly host: string;
  readonly catalog: Pick<BackupCatalog, 'open'>;
  readonly keys: Pick<BackupKeys, 'list'>;
  readonly records: ClusterRecords;
  readonly secrets: Pick<ClusterSecrets, 'restore'>;
  readonly provider: Pick<MachineProvider, 'listMachines' | 'restoreClaims'>;
}) {
  const { host, catalog, keys, records, secrets, provider } = deps;

  const findRecord = async ({ name, uid }: SeedRequest): Promise<ClusterRecord | undefined> => {
    const live = await records.findByName(name);
    if (live !== undefined && live.identity.uid !== uid) {
      throw new RecordConflictError(`the store holds another cluster ${name} (UID ${live.identity.uid}; the backup is of UID ${uid}). Nothing was changed. Delete that one first, or take a backup of it.`);
    }
    if (await records.isDeleted(uid)) throw new ClusterDeletedError(`cluster ${name} (UID ${uid}) was deleted here, for good: a UID is never used again. Nothing was changed.`);
    return live;
  };

  return {
    /**
     * Stores what the backup holds: secrets first, then the record that refers to them. Each part is left as
     * it is where it is there already, so that it can be run again after being interrupted anywhere.
     * @throws the errors of openBackup, RecordConflictError, ClusterDeletedError, AllocationError
     */
    async seedCluster(request: SeedRequest): Promise<LostCluster> {
      const signal = cancellationSignal();
      const { name, uid, id } = request;
      const where = `backup ${id} of cluster ${name}`;
      reportProgress({ phase: `reading and checking ${where}` });
      const read = await readBackup({ object: await catalog.open(name, id, signal), where, keys: await keys.list(), expected: { name, uid, id } });
      const existing = await findRecord(request);
      reportProgress({ phase: 'storing what the backup holds' });
      await records.takeOver(read.manifest.cluster);
      const references = await secrets.restore(uid, read.secrets);
      const refer = (desired: DesiredCluster): DesiredCluster => replaceReferences(desired, references, where);
      const record = existing ?? recordOf(read, { host, refer });
      if (existing === undefined) await records.save(record);
      for (const { revision, ...content } of read.revisions) await records.saveRevision(uid, revision, { ...content, desired: refer(content.desired) });
      const { identity, allocation = { ...read.manifest.allocation, host }, machines, createdAt } = record;
      const found = await provider.listMachines(identity, signal);
      await provider.restoreClaims({ cluster: identity, allocation, ports: Object.fromEntries(found.map(({ machine, sshPort }) => [machine, sshPort])) }, signal);
      return {
        identity,
        host: allocation.host,
        allocation,
        desired: refer(read.manifest.desired),
        revision: record.revision,
        version: record.version + versionsAhead,
        createdAt,
        ...(record.standing === undefined ? {} : { sayings: sayingsOf(record.standing) }),
        machines,
        found: found.map(({ machine, machineUid, state: _state, ...facts }) => ({ name: machine, uid: machineUid, ...facts })),
      };
    },
  };
}

/** On whatever host this worker is: addresses and ports stay. */
function recordOf({ manifest, revisions }: ReadBackup, { host, refer }: { readonly host: string; readonly refer: (desired: DesiredCluster) => DesiredCluster }): ClusterRecord {
  const specifications = [manifest.desired, ...revisions.map(({ desired }) => desired)].map((before) => ({ before, now: refer(before) }));
  return {
    schemaVersion: 1,
    version: manifest.recordVersion,
    identity: manifest.cluster,
    desired: refer(manifest.desired),
    revision: manifest.revision,
    allocation: { ...manifest.allocation, host },
    machines: keepTemplates(manifest.machines, specifications),
    createdAt: manifest.clusterCreatedAt,
    ...(manifest.sayings === undefined ? {} : { standing: manifest.sayings }),
  };
}

export function replaceReferences(desired: DesiredCluster, references: ReadonlyMap<string, string>, where: string): DesiredCluster {
  return mapSecrets(desired, (value, path) => {
    if (!('ref' in value)) return value;
    const ref = references.get(value.ref);
    if (ref === undefined) throw new BackupDamagedError(where, `the text of ${path} is missing`);
    return { ref };
  });
}
