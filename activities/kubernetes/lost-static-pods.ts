import type { NodeMaintenance } from '../seams/node-maintenance.ts';
import type { ApiAccess, WorkloadCluster } from '../seams/workload-cluster.ts';

/**
 * Removes the Pods that the API still tells of a control plane whose Node is gone, static ones and those of
 * DaemonSets: nothing runs there, and Kubernetes itself forgets them about a minute later. Until then kubeadm
 * takes the control plane for there; and the controller of a DaemonSet, which has its Pod deleted and waits to
 * see it gone, replaces no other one, for up to five minutes (controller_utils.go, ExpectationsTimeout).
 */
export async function removeStaticPodsOfLostNodes(request: {
  readonly workload: Pick<WorkloadCluster, 'listNodes' | 'listComponents'>;
  readonly maintenance: Pick<NodeMaintenance, 'listPods' | 'deletePod'>;
  readonly access: ApiAccess;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { workload, maintenance, access, signal } = request;
  // Pods first: a Node that comes meanwhile is then among the Nodes.
  const components = await workload.listComponents(access, signal);
  const nodes = await workload.listNodes(access, signal);
  const lost = new Set(components.map(({ machine }) => machine).filter((machine) => !nodes.some(({ name }) => name === machine)));
  for (const node of lost) {
    const pods = await maintenance.listPods(access, node, signal);
    for (const pod of pods.filter(({ mirror, controller }) => mirror || controller?.kind === 'DaemonSet')) await maintenance.deletePod(access, pod, 0, signal);
  }
}
