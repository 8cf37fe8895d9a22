import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { AddonRollout } from '../../domain/addon-rollout.ts';
import type { ObservedNode } from '../../domain/observation.ts';
import type { ApiAccess, WorkloadCluster } from '../seams/workload-cluster.ts';
import { waitMs, type SimulatorClient } from './client.ts';
import { SimulatedRefusalError } from './errors.ts';
import { readWorkloadObject } from './read-objects.ts';

const nothing = z.null();
const node = z.object({
  name: z.string(),
  ready: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string(),
  kubeletVersion: z.string(),
  readySince: z.number(),
}) satisfies z.ZodType<ObservedNode>;
const ready = z.object({ node });
const components = z.array(
  z.object({
    machine: z.string(),
    type: z.enum(['APIServerPodHealthy', 'ControllerManagerPodHealthy', 'SchedulerPodHealthy', 'EtcdPodHealthy']),
    healthy: z.boolean(),
    message: z.string(),
  }),
);

const count = z.number().int().min(0);
const addonRollouts = z.array(z.object({ name: z.string(), wanted: count, updated: count, available: count, old: count })) satisfies z.ZodType<AddonRollout[]>;

/** The simulated Kubernetes API. */
export function createSimulatedWorkloadCluster(client: SimulatorClient): WorkloadCluster {
  const apply = async (access: ApiAccess, values: readonly unknown[], signal: AbortSignal): Promise<void> => {
    const objects = values.map(readWorkloadObject).filter((object) => object !== undefined);
    await client.call('apply', { cluster: access.clusterUid, objects }, { signal, answer: nothing });
  };
  return {
    async isReady({ clusterUid }, signal) {
      return client.call('apiReady', { cluster: clusterUid }, { signal, answer: z.boolean() });
    },
    async listNodes({ clusterUid }, signal) {
      return client.call('listNodes', { cluster: clusterUid }, { signal, answer: z.array(node) });
    },
    async listComponents({ clusterUid }, signal) {
      return client.call('listComponents', { cluster: clusterUid }, { signal, answer: components });
    },
    async listAddonRollouts({ clusterUid }, signal) {
      return client.call('listAddonRollouts', { cluster: clusterUid }, { signal, answer: addonRollouts });
    },
    async waitForNodeReady({ clusterUid }, name, options) {
      const request = { cluster: clusterUid, node: name, waitMs };
      return (await client.waitFor('waitForNode', request, { ...options, done: ready })).node;
    },
    async updateNode({ clusterUid }, name, { labels, annotations, taints }, signal) {
      const wanted = { labels: { ...labels }, annotations: { ...annotations }, ...(taints === undefined ? {} : { taints: [...taints] }) };
      return client.call('updateNode', { cluster: clusterUid, node: name, ...wanted }, { signal, answer: z.boolean() });
    },
    async apply(access, manifests, signal) {
      await apply(access, parseAllDocuments(manifests).map((document): unknown => document.toJS()), signal);
    },
    async deliver(access, { objects }, signal) {
      await apply(access, objects, signal);
    },
    async isServing({ uid }, signal) {
      try {
        return await client.call('apiReady', { cluster: uid }, { signal, answer: z.boolean() });
      } catch (error) {
        // It has no such cluster, or none any more.
        if (error instanceof SimulatedRefusalError) return false;
        throw error;
      }
    },
    async moveEndpoint({ clusterUid }, { to, keys }, signal) {
      await client.call('moveEndpoint', { cluster: clusterUid, to, keys }, { signal, answer: nothing });
    },
  };
}
