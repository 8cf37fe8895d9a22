import { dirname, join } from 'node:path';
import type { Client } from '@temporalio/client';
import { createBackupActivities } from '../activities/backup-activities.ts';
import { createBackupRequestActivities } from '../activities/backup-request-activities.ts';
import { createBackupScheduleActivities } from '../activities/backup-schedule-activities.ts';
import { createBackupCatalog } from '../activities/backup/backup-catalog.ts';
import { createBackupKeys } from '../activities/backup/backup-keys.ts';
import type { DestinationConfig } from '../activities/backup/destination-config.ts';
import { createDirectoryDestination } from '../activities/backup/directory-destination.ts';
import { createS3Destination } from '../activities/backup/s3-destination.ts';
import type { EtcdTools } from '../activities/backup/throwaway-etcd.ts';
import { createRecoverOntoActivities } from '../activities/recover-onto-activities.ts';
import { createBackupReader, createRecoveryRequestActivities } from '../activities/recovery-request-activities.ts';
import type { BackupDestination } from '../activities/seams/backup-destination.ts';
import type { ClusterLookup } from '../activities/seams/cluster-lookup.ts';
import type { EtcdMembers } from '../activities/seams/etcd-members.ts';
import type { EtcdSnapshots } from '../activities/seams/etcd-snapshots.ts';
import type { MachineProvider } from '../activities/seams/machine-provider.ts';
import type { Store } from '../activities/seams/store.ts';
import { createSeedActivities } from '../activities/seed-activities.ts';
import type { ClusterRecords } from '../activities/store/cluster-records.ts';
import type { ClusterSecrets } from '../activities/store/cluster-secrets.ts';
import type { SecretBox } from '../activities/store/secret-box.ts';
import { createClusterSeeds } from '../activities/store/cluster-seeds.ts';
import { createAttemptLookup } from '../activities/temporal/attempt-lookup.ts';
import { createBackupSchedules } from '../activities/temporal/backup-schedules.ts';
import { toolPath } from '../node-image/tool-paths.mjs';
import { backupScheduleId, controlTaskQueue, workflowTypes } from '../workflows/contracts.ts';
import { clusterWorkflowId } from '../workflows/messages.ts';
import { clusterNameKey } from '../workflows/search-attributes.ts';
import type { WorkerConfig } from './config.ts';
import { workerVersion } from './version.ts';

/** All that has to do with backups, over the seams that a worker has anyway. */
export function composeBackups(deps: {
  readonly config: WorkerConfig;
  readonly client: Client;
  readonly store: Store;
  readonly box: SecretBox;
  readonly records: ClusterRecords;
  readonly secrets: ClusterSecrets;
  readonly clusters: ClusterLookup;
  readonly provider: MachineProvider;
  readonly members: EtcdMembers;
  readonly snapshots: EtcdSnapshots;
  readonly now: () => number;
}) {
  const { config, client, store, box, records, secrets, now } = deps;
  const destination = createDestination(config.backups);
  const catalog = createBackupCatalog(destination);
  const keys = createBackupKeys({ store, box, now });
  const schedules = createBackupSchedules({
    client,
    start: {
      workflowType: workflowTypes.backup,
      taskQueue: controlTaskQueue,
      scheduleId: backupScheduleId,
      workflowId: (cluster) => `${clusterWorkflowId(cluster)}/backup/scheduled`,
      searchAttributes: (cluster) => [{ key: clusterNameKey, value: cluster }],
    },
  });
  return {
    destination,
    catalog,
    keys,
    schedules,
    readBackup: createBackupReader({ catalog, keys }),
    control: {
      ...createRecoveryRequestActivities({ catalog, destination, keys, box }),
      ...createRecoverOntoActivities({ catalog, destination, keys, box, installation: store.id, host: config.host, clusters: deps.clusters, attempts: createAttemptLookup(client.workflow), seeds: createClusterSeeds(store), records, secrets, provider: deps.provider, now }),
      ...createSeedActivities({ host: config.host, catalog, keys, records, secrets, provider: deps.provider }),
      ...createBackupRequestActivities({ clusters: deps.clusters, catalog, destination, keys, schedules, box, etcdTools, now }),
      ...createBackupScheduleActivities({ clusters: deps.clusters, schedules, now }),
    },
    host: createBackupActivities({ members: deps.members, snapshots: deps.snapshots, destination, keys, records, secrets, version: workerVersion }),
  };
}

function createDestination(config: DestinationConfig): BackupDestination {
  return config.kind === 's3' ? createS3Destination(config) : createDirectoryDestination(config);
}

/** As set-up left them on this host, for the release that belongs to that version of Kubernetes. */
function etcdTools(kubernetesVersion: string): EtcdTools {
  const [etcdctl, etcdutl] = [toolPath('etcdctl', { kubernetesVersion }), toolPath('etcdutl', { kubernetesVersion })];
  return { etcd: join(dirname(etcdutl), 'etcd'), etcdctl, etcdutl };
}
