import { ApiException, PatchStrategy, type KubernetesObject, type V1DaemonSet, type V1Deployment, type V1StatefulSet } from '@kubernetes/client-node';
import { moveKubeconfig } from '../../domain/kubeadm/move-kubeconfig.ts';
import { moveContainers, type PodTemplateSpec } from '../../domain/recovery/move-containers.ts';
import type { EndpointMove } from '../seams/workload-cluster.ts';
import type { ApiClients } from './api-client.ts';
import { distrustOldKeys } from './distrust-old-keys.ts';

const fieldManager = 'slipway';
const kubeProxy = { name: 'kube-proxy', namespace: 'kube-system' };
const kubeconfigKey = 'kubeconfig.conf';
/** On Pod templates: Pods that were made before the move are made again. */
const movedAnnotation = 'slipway.dev/api-server';

/**
 * kubeadm itself has written kubeadm-config and cluster-info by now. What is left names the API by address:
 * kube-proxy's kubeconfig, and whatever cannot go by the Service's address because it makes that work.
 */
export async function moveEndpoint(clients: ApiClients, move: EndpointMove, signal: AbortSignal): Promise<void> {
  if (move.keys === 'own') await distrustOldKeys(clients, signal);
  await moveKubeProxy(clients, move, signal);
  const [from, to] = [new URL(move.from).hostname, new URL(move.to).hostname];
  for (const { workload, kind } of await listWorkloads(clients, signal)) {
    const spec: PodTemplateSpec = workload.spec?.template.spec ?? {};
    const moved = moveContainers(spec, { from, to });
    if (moved !== undefined) await patch(clients, { apiVersion: 'apps/v1', kind, metadata: nameOf(workload), spec: { template: { spec: moved } } }, signal);
  }
}

async function moveKubeProxy(clients: ApiClients, { to }: EndpointMove, signal: AbortSignal): Promise<void> {
  const configMap = await ifThere(() => clients.core(signal).readNamespacedConfigMap(kubeProxy));
  const kubeconfig = configMap?.data?.[kubeconfigKey];
  // Whoever left kube-proxy out has something else.
  if (kubeconfig === undefined) return;
  const moved = moveKubeconfig(kubeconfig, to);
  if (moved !== undefined) await patch(clients, { apiVersion: 'v1', kind: 'ConfigMap', metadata: kubeProxy, data: { [kubeconfigKey]: moved } }, signal);
  const daemonSet = await ifThere(() => clients.apps(signal).readNamespacedDaemonSet(kubeProxy));
  if (daemonSet === undefined || daemonSet.spec?.template.metadata?.annotations?.[movedAnnotation] === to) return;
  // A kube-proxy that has started meanwhile does not read its kubeconfig again.
  await patch(clients, { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: kubeProxy, spec: { template: { metadata: { annotations: { [movedAnnotation]: to } } } } }, signal);
}

type Workload = V1DaemonSet | V1Deployment | V1StatefulSet;

async function listWorkloads({ apps }: ApiClients, signal: AbortSignal): Promise<readonly { readonly kind: string; readonly workload: Workload }[]> {
  const api = apps(signal);
  const [daemonSets, deployments, statefulSets] = [await api.listDaemonSetForAllNamespaces(), await api.listDeploymentForAllNamespaces(), await api.listStatefulSetForAllNamespaces()];
  const of = (kind: string, items: readonly Workload[]) => items.map((workload) => ({ kind, workload }));
  return [...of('DaemonSet', daemonSets.items), ...of('Deployment', deployments.items), ...of('StatefulSet', statefulSets.items)];
}

function nameOf({ metadata }: Workload): { readonly name: string; readonly namespace: string } {
  return { name: metadata?.name ?? '', namespace: metadata?.namespace ?? '' };
}

async function patch({ objects }: ApiClients, body: KubernetesObject & { readonly spec?: object; readonly data?: object }, signal: AbortSignal): Promise<void> {
  await objects(signal).patch(body, undefined, undefined, fieldManager, undefined, PatchStrategy.StrategicMergePatch);
}

async function ifThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}
