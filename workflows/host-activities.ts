import { proxyActivities } from '@temporalio/workflow';
import type { createBootstrapActivities } from '../activities/bootstrap-activities.ts';
import type { createEtcdActivities } from '../activities/etcd-activities.ts';
import type { createInfrastructureActivities } from '../activities/infrastructure-activities.ts';
import type { createKubernetesActivities } from '../activities/kubernetes-activities.ts';
import { quick, remote, wait } from './activity-options.ts';
import { hostTaskQueue } from './contracts.ts';

/** Everything that needs the provider host's engine or networks. */
export type HostActivities = ReturnType<typeof createInfrastructureActivities> &
  ReturnType<typeof createBootstrapActivities> &
  ReturnType<typeof createEtcdActivities> &
  ReturnType<typeof createKubernetesActivities>;

/** The host's activities, by the profile that a call needs. */
export function onHost(host: string) {
  const taskQueue = hostTaskQueue(host);
  return {
    quick: proxyActivities<HostActivities>({ ...quick, taskQueue }),
    remote: proxyActivities<HostActivities>({ ...remote, taskQueue }),
    wait: proxyActivities<HostActivities>({ ...wait, taskQueue }),
  };
}
