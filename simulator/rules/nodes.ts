import { endpointAnswers } from './endpoint.ts';
import { findMachine } from './machines.ts';
import { protocolTimes } from './timing.ts';
import type { SimulatedCluster, SimulatedMachine, SimulatedNode } from './state.ts';

/** A Node appears as its kubelet first reaches the API; one of that name that is there is taken over. */
export function registerNode(cluster: SimulatedCluster, machine: SimulatedMachine): SimulatedCluster {
  if (cluster.nodes.some(({ name }) => name === machine.name)) return cluster;
  const { name, version } = machine;
  const labels = { 'kubernetes.io/hostname': name, ...(machine.role === 'control-plane' ? { 'node-role.kubernetes.io/control-plane': '' } : {}) };
  const node: SimulatedNode = { name, version, ready: 'False', since: cluster.at, unschedulable: false, outOfService: false, labels, annotations: {} };
  return { ...cluster, nodes: [...cluster.nodes, node] };
}

export function replaceNode(cluster: SimulatedCluster, node: SimulatedNode): SimulatedCluster {
  return { ...cluster, nodes: cluster.nodes.map((other) => (other.name === node.name ? node : other)) };
}

/** Its kubelet runs and reaches the endpoint. */
export function kubeletReports(cluster: SimulatedCluster, node: SimulatedNode): boolean {
  const machine = findMachine(cluster, node.name);
  return machine !== undefined && machine.power.on && !machine.partitioned && (machine.kubelet?.upAt ?? Infinity) <= cluster.at;
}

/** Ready follows the kubelet; Unknown is written by the controller manager once its patience has ended. */
export function updateNodes(cluster: SimulatedCluster): SimulatedCluster {
  // Without an API server nobody writes or reads Nodes.
  if (cluster.nodes.length === 0 || !endpointAnswers(cluster)) return cluster;
  const nodes = cluster.nodes.map((node) => updateNode(cluster, node));
  return nodes.every((node, index) => node === cluster.nodes[index]) ? cluster : { ...cluster, nodes };
}

function updateNode(cluster: SimulatedCluster, node: SimulatedNode): SimulatedNode {
  const { silentSince, ...rest } = node;
  if (kubeletReports(cluster, node)) {
    const isReady = readyFrom(cluster, node) <= cluster.at;
    if (isReady && node.ready !== 'True') return { ...rest, ready: 'True', since: cluster.at };
    return silentSince === undefined ? node : rest;
  }
  if (silentSince === undefined) return { ...node, silentSince: cluster.at };
  const isLost = silentSince + protocolTimes.nodeGrace <= cluster.at;
  return isLost && node.ready !== 'Unknown' ? { ...node, ready: 'Unknown', since: cluster.at } : node;
}

function readyFrom(cluster: SimulatedCluster, node: SimulatedNode): number {
  const machine = findMachine(cluster, node.name);
  return (machine?.kubelet?.upAt ?? Infinity) + (machine?.timing.node ?? 0);
}

export function nextNodeTimes(cluster: SimulatedCluster): readonly number[] {
  return cluster.nodes.flatMap((node) => {
    if (node.ready !== 'True' && kubeletReports(cluster, node)) return [readyFrom(cluster, node)];
    return node.silentSince === undefined || node.ready === 'Unknown' ? [] : [node.silentSince + protocolTimes.nodeGrace];
  });
}

/** What kubectl would show beside the Ready condition. */
export function describeNode(node: SimulatedNode): { readonly reason: string; readonly message: string } {
  switch (node.ready) {
    case 'True':
      return { reason: 'KubeletReady', message: 'kubelet is posting ready status' };
    case 'False':
      return { reason: 'KubeletNotReady', message: 'container runtime network not ready' };
    case 'Unknown':
      return { reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' };
  }
}
