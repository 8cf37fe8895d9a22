import { endpointAnswers } from './endpoint.ts';
import { findByName } from './find-by-name.ts';
import { kubeletReports } from './nodes.ts';
import type { Controller, SimulatedCluster, SimulatedNode, SimulatedPod, Workloads } from './state.ts';

const kubernetesControlPlane = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

/** Pods end, are made by their controllers, and find a Node. */
export function updatePods(cluster: SimulatedCluster): SimulatedCluster {
  const { pods, controllers } = cluster.workloads;
  if (pods.length + controllers.length === 0 || !endpointAnswers(cluster)) return cluster;
  const living = pods.filter((pod) => !hasEnded(cluster, pod));
  const ended = living.length === pods.length ? cluster : withWorkloads(cluster, { pods: living });
  return schedulePods(controllers.reduce(keepReplicas, ended));
}

export function withWorkloads(cluster: SimulatedCluster, change: Partial<Workloads>): SimulatedCluster {
  return { ...cluster, workloads: { ...cluster.workloads, ...change } };
}

function nodeOf(cluster: SimulatedCluster, pod: SimulatedPod): SimulatedNode | undefined {
  return pod.node === undefined ? undefined : findByName(cluster.nodes, pod.node);
}

/** A Pod whose Node is deleted, or declared out of service, goes with it; else its kubelet must end it. */
function hasEnded(cluster: SimulatedCluster, pod: SimulatedPod): boolean {
  if (pod.node === undefined) return pod.terminatingSince !== undefined;
  const node = nodeOf(cluster, pod);
  if (node === undefined) return true;
  if (pod.terminatingSince === undefined) return false;
  const isOver = pod.terminatingSince + pod.graceSeconds * 1000 <= cluster.at;
  return node.outOfService || (isOver && kubeletReports(cluster, node));
}

function keepReplicas(cluster: SimulatedCluster, controller: Controller): SimulatedCluster {
  const { pods } = cluster.workloads;
  const own = pods.filter((pod) => pod.controller === key(controller) && pod.terminatingSince === undefined);
  const served = new Set(own.map(({ node }) => node));
  const homes =
    controller.kind === 'DaemonSet'
      ? cluster.nodes.filter(({ name }) => !served.has(name)).map(({ name }) => name)
      : Array.from({ length: Math.max(0, controller.replicas - own.length) }, () => undefined);
  return homes.reduce((current, node) => addPod(current, controller, node), cluster);
}

function addPod(cluster: SimulatedCluster, controller: Controller, node: string | undefined): SimulatedCluster {
  const { namespace, name, labels, emptyDir, graceSeconds } = controller;
  const { pods, podsEver } = cluster.workloads;
  const pod: SimulatedPod = {
    namespace,
    name: `${name}-${podsEver + 1}`,
    ...(node === undefined ? {} : { node }),
    labels,
    owner: controller.kind === 'DaemonSet' ? 'DaemonSet' : 'ReplicaSet',
    controller: key(controller),
    emptyDir,
    graceSeconds,
  };
  return withWorkloads(cluster, { pods: [...pods, pod], podsEver: podsEver + 1 });
}

/** To the Ready worker that has the fewest, by name where several have: control planes are tainted. */
function schedulePods(cluster: SimulatedCluster): SimulatedCluster {
  const waiting = cluster.workloads.pods.find((pod) => pod.node === undefined && pod.terminatingSince === undefined);
  if (waiting === undefined) return cluster;
  const load = (node: SimulatedNode): number => cluster.workloads.pods.filter((pod) => pod.node === node.name).length;
  const [target] = cluster.nodes
    .filter((node) => node.ready === 'True' && !node.unschedulable && !('node-role.kubernetes.io/control-plane' in node.labels))
    .toSorted((a, b) => load(a) - load(b) || a.name.localeCompare(b.name));
  if (target === undefined) return cluster;
  const pods = cluster.workloads.pods.map((pod) => (pod === waiting ? { ...pod, node: target.name } : pod));
  return schedulePods(withWorkloads(cluster, { pods }));
}

export function key(controller: Pick<Controller, 'kind' | 'namespace' | 'name'>): string {
  return `${controller.kind}/${controller.namespace}/${controller.name}`;
}

/** It counts for a disruption budget. */
export function isHealthyPod(cluster: SimulatedCluster, pod: SimulatedPod): boolean {
  return pod.terminatingSince === undefined && nodeOf(cluster, pod)?.ready === 'True';
}

/** All Pods of a Node, with the mirror Pods of what its kubelet runs from files. */
export function podsOn(cluster: SimulatedCluster, node: string): readonly SimulatedPod[] {
  const machine = cluster.machines.find(({ name, role }) => name === node && role === 'control-plane');
  const mirrors = machine === undefined ? [] : kubernetesControlPlane;
  return [
    ...cluster.workloads.pods.filter((pod) => pod.node === node),
    ...mirrors.map((component): SimulatedPod => ({
      namespace: 'kube-system',
      name: `${component}-${node}`,
      node,
      labels: { component },
      owner: 'StaticPod',
      emptyDir: false,
      graceSeconds: 30,
    })),
  ];
}

export function nextPodTimes(cluster: SimulatedCluster): readonly number[] {
  return cluster.workloads.pods.flatMap(({ terminatingSince, graceSeconds }) =>
    terminatingSince === undefined ? [] : [terminatingSince + graceSeconds * 1000],
  );
}
