import { setTimeout as sleep } from 'node:timers/promises';
import { loadAllYaml, PatchStrategy, Watch, type KubernetesObject, type V1Node } from '@kubernetes/client-node';
import type { ObservedNode } from '../../domain/observation.ts';
import type { WorkloadCluster } from '../seams/workload-cluster.ts';
import { listAddonRollouts } from './addon-rollouts.ts';
import type { ApiClients, createApiClients } from './api-client.ts';
import { controlPlanePodSelector, observeComponent } from './control-plane-pods.ts';
import { deliverObjects } from './deliver-objects.ts';
import { isServing } from './is-serving.ts';
import { moveEndpoint } from './move-endpoint.ts';
import { observeNode } from './node-status.ts';
import { updateNode } from './update-node.ts';

const fieldManager = 'slipway';
const retryDelayMs = 300;

/** A real cluster's API, through its endpoint. */
export function createWorkloadCluster(clientsOf: ReturnType<typeof createApiClients>): WorkloadCluster {
  return {
    async isReady(access, signal) {
      const { core } = await clientsOf(access);
      try {
        // Any authorized read says more than /readyz through the endpoint: this user, this etcd.
        await core(signal).readNamespace({ name: 'kube-system' });
        return true;
      } catch (error) {
        signal.throwIfAborted();
        if (isRefused(error)) throw error;
        return false;
      }
    },

    async listNodes(access, signal) {
      const { core } = await clientsOf(access);
      const list = await core(signal).listNode();
      return list.items.map(observeNode);
    },

    async listComponents(access, signal) {
      const { core } = await clientsOf(access);
      const list = await core(signal).listNamespacedPod({ namespace: 'kube-system', labelSelector: controlPlanePodSelector });
      return list.items.flatMap(observeComponent);
    },

    async listAddonRollouts(access, signal) {
      return listAddonRollouts(await clientsOf(access), signal);
    },

    async waitForNodeReady(access, node, { signal, onProgress }) {
      const clients = await clientsOf(access);
      for (;;) {
        signal.throwIfAborted();
        const ready = await watchUntilReady({ clients, node, signal, onProgress });
        if (ready !== undefined) return ready;
        await sleep(retryDelayMs, undefined, { signal });
      }
    },

    async updateNode(access, node, wanted, signal) {
      const { core } = await clientsOf(access);
      return updateNode({ core: core(signal), node, wanted, fieldManager });
    },

    async apply(access, manifests, signal) {
      const { objects } = await clientsOf(access);
      const api = objects(signal);
      // In order: a namespace must exist before what is in it.
      const documents: readonly (KubernetesObject | undefined)[] = loadAllYaml(manifests);
      for (const document of documents) {
        if (document?.kind === undefined) continue;
        await api.patch(document, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply);
      }
    },

    async deliver(access, { objects, strategy }, signal) {
      const clients = await clientsOf(access);
      await deliverObjects({ api: clients.objects(signal), objects, strategy, fieldManager, signal });
    },

    isServing,

    async moveEndpoint(access, move, signal) {
      await moveEndpoint(await clientsOf(access), move, signal);
    },
  };
}

/** One watch, until the Node is Ready or the server ends it; what it sees on the way is progress. */
async function watchUntilReady(request: {
  readonly clients: ApiClients;
  readonly node: string;
  readonly signal: AbortSignal;
  readonly onProgress: (waitingFor: string) => void;
}): Promise<ObservedNode | undefined> {
  const { clients, node, signal, onProgress } = request;
  const query = { fieldSelector: `metadata.name=${node}`, timeoutSeconds: 60 };
  onProgress(`Node ${node} to register`);
  return new Promise((resolve, reject) => {
    let controller: AbortController | undefined;
    const end = (result: ObservedNode | undefined) => {
      signal.removeEventListener('abort', abort);
      controller?.abort();
      resolve(result);
    };
    const abort = () => {
      controller?.abort();
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    signal.addEventListener('abort', abort, { once: true });
    const onEvent = (_phase: string, object: V1Node) => {
      const observed = observeNode(object);
      if (observed.ready === 'True') end(observed);
      else onProgress(`Node ${node}: ${observed.reason}: ${observed.message}`);
    };
    const watch = async () => {
      try {
        controller = await new Watch(clients.config).watch('/api/v1/nodes', query, onEvent, () => end(undefined));
      } catch {
        end(undefined);
      }
    };
    void watch();
  });
}

/** Refused for who we are: waiting would not help. */
function isRefused(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && (error.code === 401 || error.code === 403);
}
