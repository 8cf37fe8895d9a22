import type { NodeMaintenance } from '../seams/node-maintenance.ts';
import type { ApiAccess } from '../seams/workload-cluster.ts';

const parallelDeletes = 8;

/**
 * Pods of Nodes that are gone: no kubelet will ever end them, and Kubernetes itself forgets them a minute later.
 * Until then their controllers take them for well, and make no others. What has ended by itself is left to it.
 */
export async function removePodsOfLostNodes(request: {
  readonly maintenance: Pick<NodeMaintenance, 'listPods' | 'deletePod'>;
  readonly access: ApiAccess;
  /** All of them gone: a Pod that is made again must find none of these. */
  readonly nodes: readonly string[];
  readonly signal: AbortSignal;
  readonly onNode: (node: string) => void;
}): Promise<void> {
  const { maintenance, access, nodes, signal, onNode } = request;
  for (const node of nodes) {
    onNode(node);
    const pods = (await maintenance.listPods(access, node, signal)).filter(({ mirror, phase }) => !mirror && phase !== 'Succeeded' && phase !== 'Failed');
    for (let at = 0; at < pods.length; at += parallelDeletes) await Promise.all(pods.slice(at, at + parallelDeletes).map((pod) => maintenance.deletePod(access, pod, 0, signal)));
  }
}
