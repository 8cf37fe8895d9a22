import type { V1Pod } from '@kubernetes/client-node';
import type { ObservedComponent } from '../../domain/plan/plan-facts.ts';

/** Labels that kubeadm gives its static Pods, and what their health is called in Cluster API. */
const typeOf: Readonly<Record<string, ObservedComponent['type']>> = {
  'kube-apiserver': 'APIServerPodHealthy',
  'kube-controller-manager': 'ControllerManagerPodHealthy',
  'kube-scheduler': 'SchedulerPodHealthy',
  etcd: 'EtcdPodHealthy',
};

export const controlPlanePodSelector = 'tier=control-plane';

/**
 * The health of one static Pod as its Node's kubelet reports it (Cluster API workload_cluster_conditions.go:
 * running and Ready; a Pod on its way out is not).
 */
export function observeComponent(pod: V1Pod): readonly ObservedComponent[] {
  const type = typeOf[pod.metadata?.labels?.['component'] ?? ''];
  const machine = pod.spec?.nodeName;
  if (type === undefined || machine === undefined) return [];
  const ready = pod.status?.conditions?.find((condition) => condition.type === 'Ready');
  if (pod.metadata?.deletionTimestamp !== undefined) return [{ machine, type, healthy: false, message: 'its Pod is being deleted' }];
  if (ready?.status === 'True') return [{ machine, type, healthy: true, message: '' }];
  const phase = pod.status?.phase ?? 'Unknown';
  return [{ machine, type, healthy: false, message: ready?.message ?? `its Pod is ${phase} and not Ready` }];
}
