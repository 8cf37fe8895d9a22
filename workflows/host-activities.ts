import { proxyActivities } from '@temporalio/workflow';
import type { createBootstrapActivities } from '../activities/bootstrap-activities.ts';
import type { createEtcdActivities } from '../activities/etcd-activities.ts';
import type { createInfrastructureActivities } from '../activities/infrastructure-activities.ts';
import type { createKubernetesActivities } from '../activities/kubernetes-activities.ts';
import { patient, quick, remote, wait } from './activity-options.ts';
import type { createRemovalActivities } from '../activities/removal-activities.ts';
import type { createRecoveryActivities } from '../activities/recovery-activities.ts';
import type { createUpgradeActivities } from '../activities/upgrade-activities.ts';
import { hostTaskQueue } from './contracts.ts';

/** Everything that needs the provider host's engine or networks. */
export type HostActivities = ReturnType<typeof createInfrastructureActivities> &
  ReturnType<typeof createBootstrapActivities> &
  ReturnType<typeof createEtcdActivities> &
  ReturnType<typeof createKubernetesActivities> &
  ReturnType<typeof createRemovalActivities> &
  ReturnType<typeof createUpgradeActivities> &
  ReturnType<typeof createRecoveryActivities>;

/** The host's activities, by the profile that a call needs; `summary` is what timelines call them. */
export function onHost(host: string, summary: string) {
  const named = { taskQueue: hostTaskQueue(host), summary };
  return {
    quick: proxyActivities<HostActivities>({ ...quick, ...named }),
    remote: proxyActivities<HostActivities>({ ...remote, ...named }),
    patient: proxyActivities<HostActivities>({ ...patient, ...named }),
    wait: proxyActivities<HostActivities>({ ...wait, ...named }),
  };
}
