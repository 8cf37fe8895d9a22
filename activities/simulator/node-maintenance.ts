import { z } from 'zod';
import type { DrainPod, EvictionAnswer } from '../../domain/drain/drain-pod.ts';
import type { NodeMaintenance } from '../seams/node-maintenance.ts';
import type { ApiAccess } from '../seams/workload-cluster.ts';
import type { SimulatorClient } from './client.ts';

const nothing = z.null();
const pods = z.array(
  z.object({
    namespace: z.string(),
    name: z.string(),
    owner: z.enum(['ReplicaSet', 'DaemonSet', 'StaticPod', 'none']),
    emptyDir: z.boolean(),
    deletingSince: z.number().exactOptional(),
  }),
);
const eviction = z.object({ status: z.union([z.literal(201), z.literal(404), z.literal(429), z.literal(500)]), message: z.string(), budget: z.string().optional() });

/** Nodes and Pods of the simulated API. */
export function createSimulatedNodeMaintenance(client: SimulatorClient): NodeMaintenance {
  return {
    async cordon(access, node, signal) {
      return found(client.call('cordonNode', { ...at(access, node), unschedulable: true, marked: true }, { signal, answer: nothing }));
    },
    async uncordon(access, node, signal) {
      return found(client.call('cordonNode', { ...at(access, node), unschedulable: false, marked: true }, { signal, answer: nothing }));
    },
    async listPods(access, node, signal) {
      return (await client.call('listPods', at(access, node), { signal, answer: pods })).map(toDrainPod);
    },
    async evict(access, { namespace, name }, signal) {
      const answer = await client.call('evictPod', { cluster: access.clusterUid, namespace, name }, { signal, answer: eviction });
      return toEvictionAnswer(answer);
    },
    async deletePod(access, { namespace, name }, graceSeconds, signal) {
      await client.call('deletePod', { cluster: access.clusterUid, namespace, name, graceSeconds }, { signal, answer: nothing });
    },
    async taintOutOfService(access, node, signal) {
      await found(client.call('declareOutOfService', at(access, node), { signal, answer: nothing }));
    },
    async listAttachedVolumes() {
      // There are none in the simulation.
      return [];
    },
    async deleteNode(access, node, signal) {
      await client.call('deleteNode', at(access, node), { signal, answer: nothing });
    },
  };
}

function at(access: ApiAccess, node: string) {
  return { cluster: access.clusterUid, node };
}

/** False where there is no such Node. */
async function found(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'NodeNotFoundError') return false;
    throw error;
  }
}

/** A simulated Pod's name never comes twice, so it is its UID as well. */
function toDrainPod({ namespace, name, owner, emptyDir, deletingSince }: z.output<typeof pods>[number]): DrainPod {
  return {
    namespace,
    name,
    uid: `${namespace}/${name}`,
    ...(owner === 'ReplicaSet' || owner === 'DaemonSet' ? { controller: { kind: owner, name: name.replace(/-\d+$/, '') } } : {}),
    mirror: owner === 'StaticPod',
    emptyDir,
    phase: 'Running',
    ...(deletingSince === undefined ? {} : { deletingSince }),
  };
}

function toEvictionAnswer({ status, message, budget }: z.output<typeof eviction>): EvictionAnswer {
  switch (status) {
    case 201:
    case 404:
      return { kind: 'accepted' };
    case 429:
      return { kind: 'refused', budgets: budget === undefined ? [] : [budget], message };
    case 500:
      return { kind: 'several', message };
  }
}
