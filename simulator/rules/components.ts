import { isConnected, memberOf } from './members.ts';
import { kubeletReports } from './nodes.ts';
import type { SimulatedCluster, SimulatedMachine, SimulatedNode } from './state.ts';

/** The static Pods of control planes, as the API tells of them: in Cluster API's names for their health. */
export function observeComponents(cluster: SimulatedCluster) {
  return cluster.nodes.flatMap((node) => {
    const machine = cluster.machines.find(({ name }) => name === node.name);
    if (!('node-role.kubernetes.io/control-plane' in node.labels)) return [];
    return health(cluster, node, machine).map(([type, healthy]) => ({
      machine: node.name,
      type,
      healthy,
      message: healthy ? '' : 'its Pod is not Ready',
    }));
  });
}

function health(cluster: SimulatedCluster, node: SimulatedNode, machine: SimulatedMachine | undefined) {
  const member = machine === undefined ? undefined : memberOf(cluster, machine);
  const etcd = member !== undefined && isConnected(cluster, member);
  const apiServer = machine?.readyz.ok === true;
  // A kubelet that is silent has not told of a change; what it said last counts until the Node is Unknown.
  const isStale = !kubeletReports(cluster, node);
  const say = (actual: boolean): boolean => (isStale ? node.ready !== 'Unknown' : actual);
  return [
    ['EtcdPodHealthy', say(etcd)],
    ['APIServerPodHealthy', say(apiServer)],
    // Both have nothing to lean on but the API server beside them.
    ['ControllerManagerPodHealthy', say(apiServer)],
    ['SchedulerPodHealthy', say(apiServer)],
  ] as const;
}
