import Docker from 'dockerode';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { createAdoptActivities } from '../activities/adopt-activities.ts';
import { createBootstrapActivities } from '../activities/bootstrap-activities.ts';
import { listNodeVersions } from '../activities/docker/images.ts';
import { createEtcdActivities } from '../activities/etcd-activities.ts';
import { createHistoryActivities } from '../activities/history-activities.ts';
import { createInfrastructureActivities } from '../activities/infrastructure-activities.ts';
import { createKubernetesActivities } from '../activities/kubernetes-activities.ts';
import { createClusterTables } from '../activities/kubernetes/cluster-tables.ts';
import { createNoticeActivities } from '../activities/notice-activities.ts';
import { createObserveActivities } from '../activities/observe-activities.ts';
import { createCredentials } from '../activities/pki/cluster-credentials.ts';
import { createPlanActivities } from '../activities/plan-activities.ts';
import { createRecordActivities } from '../activities/record-activities.ts';
import { createRecoveryActivities } from '../activities/recovery-activities.ts';
import { createRemovalActivities } from '../activities/removal-activities.ts';
import { createRequestActivities } from '../activities/request-activities.ts';
import { createSupportActivities } from '../activities/support-activities.ts';
import { createUpgradeActivities } from '../activities/upgrade-activities.ts';
import { createClusterRecords } from '../activities/store/cluster-records.ts';
import { createClusterSecrets } from '../activities/store/cluster-secrets.ts';
import { openFileStore } from '../activities/store/file-store.ts';
import { createSecretBox } from '../activities/store/secret-box.ts';
import { loadStoreKey } from '../activities/store/store-key.ts';
import { createClusterLookup } from '../activities/temporal/cluster-lookup.ts';
import { createStepLookup } from '../activities/temporal/step-lookup.ts';
import { createWorkflowHistories } from '../activities/temporal/workflow-histories.ts';
import { flannelImage, releaseOf, supportedMinors } from '../node-image/versions.mjs';
import { workflowTypes } from '../workflows/contracts.ts';
import { clusterQuery, clusterWorkflowId } from '../workflows/messages.ts';
import type { WorkerConfig } from './config.ts';
import { countNotices } from './metrics.ts';
import { composeBackups } from './backups.ts';
import { composeOutsideWorld } from './outside-world.ts';
import { composeWatch } from './watch.ts';

import { workerVersion } from './version.ts';

/** What the CLI asks leaves histories that tell nothing of a cluster. */
const requestTypes = Object.values(workflowTypes).filter((type) => type !== workflowTypes.cluster && type !== workflowTypes.adopt && type !== workflowTypes.admission && type !== workflowTypes.backup);

/** The composition root: every seam gets its real implementation here, and only here. */
export async function composeActivities(request: { readonly config: WorkerConfig; readonly client: Client }) {
  const { config, client } = request;
  const now = Date.now;
  const store = await openFileStore(config.store);
  const box = createSecretBox(await loadStoreKey(config.storeKeyFile));
  const records = createClusterRecords(store);
  const secrets = createClusterSecrets({ store, box });
  const credentials = createCredentials({ secrets, now });
  const docker = new Docker();
  const outside = composeOutsideWorld({ config, docker, store, records, secrets, credentials, now });
  const { provider, runner, members, apiClients, workload } = outside;
  const observing = createObserveActivities({ provider, workload, now });
  const clusters = createClusterLookup(client.workflow, { workflowId: clusterWorkflowId, query: clusterQuery.name });
  const backups = composeBackups({ config, client, store, box, records, secrets, clusters, provider, members, snapshots: outside.snapshots, now });

  const control = {
    ...createRecordActivities({ records, secrets, steps: createStepLookup(client.workflow), schedules: backups.schedules, now }),
    ...backups.control,
    ...createRequestActivities({
      installation: store.id,
      host: config.host,
      provider,
      records,
      secrets,
      credentials,
      runner,
      box,
      isManaged: (cluster) => isRunning(client, clusterWorkflowId(cluster)),
      describe: async () => ({
        dockerVersion: (await docker.version()).Version,
        kubernetesVersions: await listNodeVersions(docker),
        workerVersion,
      }),
    }),
    ...observing,
    ...createHistoryActivities({ records }),
    ...createSupportActivities({
      records,
      secrets,
      runner,
      members,
      tables: createClusterTables(apiClients),
      histories: createWorkflowHistories({ client: client.workflow, clusterWorkflowId, clusterQuery: clusterQuery.name, requests: requestTypes }),
      observe: (asked) => observing.observeCluster(asked),
    }),
    ...createPlanActivities({
      clusters,
      provider,
      workload,
      members,
      bootstrapper: outside.bootstrapper,
      secrets,
      box,
      now,
    }),
    ...createNoticeActivities({ ...noticeFacts(config), namespace: client.options.namespace, count: countNotices() }),
    ...createAdoptActivities({ host: config.host, records, provider, workload }),
  };
  const host = {
    ...createInfrastructureActivities({ provider, secrets, runner, waitForSsh: outside.waitForSsh }),
    ...createBootstrapActivities({ bootstrapper: outside.bootstrapper, secrets, credentials, etcdImageTag }),
    ...createEtcdActivities({ members }),
    ...createUpgradeActivities({ bootstrapper: outside.bootstrapper, credentials, workload, maintenance: outside.maintenance, etcdImageTag }),
    ...createRemovalActivities({ maintenance: outside.maintenance, workload, provider, bootstrapper: outside.bootstrapper, now }),
    ...createKubernetesActivities({ workload, flannelImage, secrets }),
    ...createRecoveryActivities({ readBackup: backups.readBackup, snapshots: outside.snapshots, bootstrapper: outside.bootstrapper, maintenance: outside.maintenance, workload }),
    ...backups.host,
  };
  const watch = composeWatch({ client, host: config.host, findCluster: (name) => clusters.find(name), records, provider, workload, members, now });
  return { control, host, watch, store, close: () => outside.close() };
}

function noticeFacts({ webhook, webUi }: WorkerConfig): Pick<Parameters<typeof createNoticeActivities>[0], 'webhook' | 'webUi'> {
  return { ...(webhook === undefined ? {} : { webhook }), ...(webUi === undefined ? {} : { webUi }) };
}

function etcdImageTag(kubernetesVersion: string): string | undefined {
  // Simulated clusters and a customImage may have a version whose companions nobody has pinned.
  if (!supportedMinors().some((minor) => kubernetesVersion.startsWith(`${minor}.`))) return undefined;
  const release = releaseOf(kubernetesVersion);
  return release.etcdImageTagIsDefault ? undefined : release.etcdImageTag;
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
