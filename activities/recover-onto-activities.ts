import type { DesiredCluster } from '../api/desired-cluster.ts';
import { collectSecrets } from '../api/secrets.ts';
import type { CommandedSchedule } from '../domain/backup/commanded-schedule.ts';
import type { ClusterPlacement } from '../domain/identity.ts';
import { pendingRecovery } from '../domain/recovery/plan-recovery.ts';
import type { CheckedSource } from '../domain/recovery/checked-source.ts';
import type { RecoveryKeys } from '../domain/recovery/recovery.ts';
import { atVersions } from '../domain/recovery/recovered-cluster.ts';
import { renameCluster } from '../domain/recovery/rename-cluster.ts';
import type { BackupCheck, BackupCheckDeps } from './recovery-request-activities.ts';
import { checkedBackup, readWholeBackup } from './recovery-request-activities.ts';
import { replaceReferences } from './seed-activities.ts';
import { clearAbandonedSeeds, concludeSeed } from './clear-seeds.ts';
import { cancellationSignal, currentWorkflow, reportProgress } from './progress.ts';
import type { AttemptLookup } from './seams/attempt-lookup.ts';
import type { ClusterLookup } from './seams/cluster-lookup.ts';
import type { MachineProvider } from './seams/machine-provider.ts';
import type { ClusterRecords } from './store/cluster-records.ts';
import type { ClusterSecrets } from './store/cluster-secrets.ts';
import type { ClusterSeeds } from './store/cluster-seeds.ts';
import { RecordConflictError } from './store/errors.ts';

export type SourceRequest = Omit<BackupCheck, 'cluster' | 'uid'> & {
  /** Of the cluster that is to be made. */
  readonly name: string;
  /** Of the cluster that the backup is of; whose that ID is, where only an ID is given. */
  readonly from?: string;
};

/** `uid`: of the new cluster, which nobody has had. */
export type NewSeedRequest = { readonly name: string; readonly uid: string; readonly of: { readonly name: string; readonly uid: string }; readonly id: string; readonly keys: RecoveryKeys };

type SeededCluster = {
  readonly desired: DesiredCluster;
  readonly placement: ClusterPlacement;
  /** Set by a command for the other one: how often its data is to be saved holds for this one, too. */
  readonly backupSchedule?: CommandedSchedule;
};

/** What a cluster that is to begin with another's backup needs of this store, and of what lies beside it. */
export function createRecoverOntoActivities(deps: BackupCheckDeps & {
  readonly installation: string;
  readonly host: string;
  readonly clusters: ClusterLookup;
  readonly attempts: AttemptLookup;
  readonly seeds: ClusterSeeds;
  readonly records: ClusterRecords;
  readonly secrets: Pick<ClusterSecrets, 'restore' | 'deleteAll'>;
  readonly provider: Pick<MachineProvider, 'checkImage'>;
  readonly now: () => number;
}) {
  const { catalog, clusters, records, secrets, provider, installation, host } = deps;

  /** A record without a workflow counts as well: `slipway adopt` can bring that cluster back. */
  const whyTaken = async (name: string): Promise<string | undefined> => {
    const uid = (await clusters.find(name))?.identity.uid ?? (await records.findByName(name))?.identity.uid;
    return uid === undefined ? undefined : `there is a cluster ${name} already (UID ${uid}): give another name, or delete that one first`;
  };

  const standingOf = async ({ name, uid }: { readonly name: string; readonly uid: string }): Promise<CheckedSource['source']['standing']> => {
    const state = await clusters.find(name);
    if (state?.identity.uid !== uid) return 'unknown';
    return pendingRecovery(state) === undefined ? 'managed' : 'recovering';
  };

  return {
    /**
     * Everything that can be found out while nothing has been touched: the backup, read to its end, whether there
     * are images for its versions, and what is known of the two clusters.
     * @throws the errors of openBackup, BackupNotFoundError, VersionNotAvailableError
     */
    async checkSource(request: SourceRequest): Promise<CheckedSource> {
      const { name, from, ...check } = request;
      const cluster = from ?? (await catalog.ownerOf(check.id ?? '', cancellationSignal()));
      const read = await readWholeBackup(deps, { ...check, cluster });
      const { endpoint, allocation, kubernetesVersion, desired, cluster: source } = read.manifest;
      for (const machine of machinesOf(atVersions(desired, kubernetesVersion))) await provider.checkImage(machine);
      const taken = await whyTaken(name);
      return {
        backup: checkedBackup(read),
        source: { endpoint, hostPort: allocation.apiServerHostPort, caCertificate: read.secrets.pki.ca.certificatePem, standing: await standingOf(source) },
        host,
        ...(taken === undefined ? {} : { taken }),
      };
    },

    /**
     * Stores what the new cluster has of the other one, under its own UID: the texts of the manifest and, where they
     * are kept, the keys. SSH keys, and keys of its own, it makes as any cluster does.
     * @throws the errors of openBackup, RecordConflictError where the name is taken by now
     */
    async seedNewCluster(request: NewSeedRequest): Promise<SeededCluster> {
      const { name, uid, of, id, keys } = request;
      const taken = await whyTaken(name);
      if (taken !== undefined) throw new RecordConflictError(`${taken}. Nothing was changed.`);
      const read = await readWholeBackup(deps, { cluster: of.name, uid: of.uid, id });
      await clearAbandonedSeeds(deps);
      reportProgress({ phase: 'storing what the backup holds' });
      await deps.seeds.begin({ uid, name, attempt: currentWorkflow() });
      const { pki, interned, delivered } = read.secrets;
      // Authorities that the manifest brings would be the other's again, and no text of theirs comes along.
      const { pki: provided, ...rest } = read.manifest.desired;
      const before: DesiredCluster = keys === 'own' || provided === undefined ? rest : { ...rest, pki: provided };
      const wanted = new Set(collectSecrets(before).flatMap(({ value }) => ('ref' in value ? [value.ref] : [])));
      const texts = { interned: pick(interned, wanted), delivered: pick(delivered, wanted) };
      const references = await secrets.restore(uid, { ...texts, ...(keys === 'kept' ? { pki } : {}) });
      const desired = renameCluster(replaceReferences(before, references, `backup ${id} of cluster ${of.name}`), name);
      const { backupSchedule } = read.manifest.sayings ?? {};
      return { desired, placement: { installation, uid, host }, ...(backupSchedule === undefined ? {} : { backupSchedule }) };
    },

    async concludeSeed(seed: { readonly name: string; readonly uid: string; readonly used: boolean }): Promise<void> {
      await concludeSeed(deps, seed);
    },
  };
}

function machinesOf({ controlPlane, machineDeployments }: DesiredCluster) {
  return [controlPlane, ...machineDeployments].map(({ version, infrastructure }) => ({ version, ...infrastructure }));
}

function pick(texts: Readonly<Record<string, string>>, wanted: ReadonlySet<string>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).filter(([reference]) => wanted.has(reference)));
}
