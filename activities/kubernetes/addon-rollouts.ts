import type { V1DaemonSet, V1Deployment, V1Node, V1Pod } from '@kubernetes/client-node';
import type { AddonRollout } from '../../domain/addon-rollout.ts';
import type { ApiClients } from './api-client.ts';
import { observeNode } from './node-status.ts';

const namespace = 'kube-system';
const kubeProxyPods = 'k8s-app=kube-proxy';

/** kubeadm's add-ons, as far as the cluster has them: a person may have left one out, or brought another. */
export async function listAddonRollouts({ core, apps }: ApiClients, signal: AbortSignal): Promise<readonly AddonRollout[]> {
  const [daemonSets, deployments, pods, nodes] = await Promise.all([
    apps(signal).listNamespacedDaemonSet({ namespace, fieldSelector: 'metadata.name=kube-proxy' }),
    apps(signal).listNamespacedDeployment({ namespace, fieldSelector: 'metadata.name=coredns' }),
    core(signal).listNamespacedPod({ namespace, labelSelector: kubeProxyPods }),
    core(signal).listNode(),
  ]);
  return [
    ...daemonSets.items.map((daemonSet) => daemonSetRollout(daemonSet, { pods: pods.items, nodes: nodes.items })),
    ...deployments.items.map(deploymentRollout),
  ];
}

/**
 * Its status counts Nodes that do not answer as well, where no Pod can end: so Pods are counted, on Nodes that
 * are Ready. A Pod tells its template by the generation that the controller compares, too (daemon/util, IsPodUpdated).
 */
export function daemonSetRollout(daemonSet: V1DaemonSet, { pods, nodes }: { readonly pods: readonly V1Pod[]; readonly nodes: readonly V1Node[] }): AddonRollout {
  const { name = '', annotations = {}, generation = 0 } = daemonSet.metadata ?? {};
  const { observedGeneration = 0, desiredNumberScheduled = 0 } = daemonSet.status ?? {};
  const newest = annotations['deprecated.daemonset.template.generation'];
  const reachable = nodes.map(observeNode).filter(({ ready }) => ready === 'True').map((node) => node.name);
  const withPod = new Set(pods.map(({ spec }) => spec?.nodeName));
  // On a Node that has none it is on its way, if the Node is one that gets one at all.
  const toCome = Math.min(Math.max(0, desiredNumberScheduled - withPod.size), reachable.filter((node) => !withPod.has(node)).length);
  const wanted = reachable.filter((node) => withPod.has(node)).length + toCome;
  const here = pods.filter(({ spec, metadata }) => metadata?.deletionTimestamp === undefined && reachable.includes(spec?.nodeName ?? ''));
  const fresh = observedGeneration < generation ? [] : here.filter(({ metadata }) => metadata?.labels?.['pod-template-generation'] === newest);
  return { name, wanted, updated: fresh.length, available: fresh.filter(isReady).length, old: 0 };
}

/** As kubectl's rollout status (deployment_status: updated, then old ones gone, then available). */
export function deploymentRollout({ metadata, spec, status }: V1Deployment): AddonRollout {
  const { name = '', generation = 0 } = metadata ?? {};
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  const wanted = spec?.replicas ?? 1;
  if (observedGeneration < generation) return { name, wanted, updated: 0, available: 0, old: 0 };
  return { name, wanted, updated: updatedReplicas, available: Math.min(availableReplicas, updatedReplicas), old: Math.max(0, replicas - updatedReplicas) };
}

function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false;
}
