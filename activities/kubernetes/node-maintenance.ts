import { ApiException, PatchStrategy, type V1Pod } from '@kubernetes/client-node';
import type { DrainPod, EvictionAnswer } from '../../domain/drain/drain-pod.ts';
import { decideCordon, decideUncordon } from '../../domain/node/cordon.ts';
import type { NodeMaintenance } from '../seams/node-maintenance.ts';
import type { ApiAccess } from '../seams/workload-cluster.ts';
import type { createApiClients } from './api-client.ts';
import { readEvictionRefusal } from './eviction-answer.ts';

const fieldManager = 'slipway';
const outOfService = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' };

/** A real cluster's Nodes and Pods, through its endpoint. */
export function createNodeMaintenance(clientsOf: ReturnType<typeof createApiClients>): NodeMaintenance {
  const patchNode: NodePatch = async (access, node, change, signal) => {
    const { objects } = await clientsOf(access);
    const patch = { apiVersion: 'v1', kind: 'Node', metadata: { name: node, ...change.metadata }, spec: change.spec };
    await objects(signal).patch(patch, undefined, undefined, fieldManager, undefined, PatchStrategy.MergePatch);
  };

  const changeCordon = ({ access, node, signal }: NodeRequest, decide: typeof decideCordon): Promise<boolean> =>
    found(async () => {
      const { core } = await clientsOf(access);
      const { metadata, spec } = await core(signal).readNode({ name: node });
      const change = decide({ unschedulable: spec?.unschedulable === true, annotations: metadata?.annotations ?? {} });
      if (change === undefined) return;
      const { annotations, unschedulable } = change;
      await patchNode(access, node, { metadata: { annotations }, spec: { unschedulable } }, signal);
    });

  return {
    async cordon(access, node, signal) {
      return changeCordon({ access, node, signal }, decideCordon);
    },

    async uncordon(access, node, signal) {
      return changeCordon({ access, node, signal }, decideUncordon);
    },

    async listPods(access, node, signal) {
      const { core } = await clientsOf(access);
      const list = await core(signal).listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${node}` });
      return list.items.map(readPod);
    },

    async evict(access, pod, signal) {
      const { core } = await clientsOf(access);
      const { name, namespace, uid } = pod;
      const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions: { preconditions: { uid } } };
      try {
        await core(signal).createNamespacedPodEviction({ name, namespace, body });
        return { kind: 'accepted' };
      } catch (error) {
        signal.throwIfAborted();
        return answerOf(error);
      }
    },

    async deletePod(access, pod, graceSeconds, signal) {
      const { core } = await clientsOf(access);
      const { name, namespace, uid } = pod;
      const body = { gracePeriodSeconds: graceSeconds, preconditions: { uid } };
      await found(() => core(signal).deleteNamespacedPod({ name, namespace, body }));
    },

    async taintOutOfService(access, node, signal) {
      const { core } = await clientsOf(access);
      await found(async () => {
        const { spec } = await core(signal).readNode({ name: node });
        const taints = spec?.taints ?? [];
        if (taints.some(({ key }) => key === outOfService.key)) return;
        await patchNode(access, node, { spec: { taints: [...taints, outOfService] } }, signal);
      });
    },

    async listAttachedVolumes(access, node, signal) {
      const { core, storage } = await clientsOf(access);
      const { items } = await storage(signal).listVolumeAttachment();
      const names = items.flatMap(({ spec }) => (spec.nodeName === node ? (spec.source.persistentVolumeName ?? []) : []));
      return Promise.all(
        names.map(async (name) => {
          let claim: string | undefined;
          await found(async () => {
            const { spec } = await core(signal).readPersistentVolume({ name });
            claim = spec?.claimRef === undefined ? undefined : `${spec.claimRef.namespace}/${spec.claimRef.name}`;
          });
          return claim === undefined ? { name } : { name, claim };
        }),
      );
    },

    async deleteNode(access, node, signal) {
      const { core } = await clientsOf(access);
      await found(() => core(signal).deleteNode({ name: node }));
    },
  };
}

type NodeRequest = { readonly access: ApiAccess; readonly node: string; readonly signal: AbortSignal };

type NodePatch = (access: ApiAccess, node: string, change: { readonly metadata?: object; readonly spec: object }, signal: AbortSignal) => Promise<void>;

/** False where what was meant is not there (404), or is another by now (409: its UID differs). */
async function found(request: () => Promise<unknown>): Promise<boolean> {
  try {
    await request();
    return true;
  } catch (error) {
    if (error instanceof ApiException && (error.code === 404 || error.code === 409)) return false;
    throw error;
  }
}

function answerOf(error: unknown): EvictionAnswer {
  if (!(error instanceof ApiException)) throw error;
  if (error.code === 404 || error.code === 409) return { kind: 'accepted' };
  return readEvictionRefusal(error.code, error.body);
}

function readPod({ metadata, spec, status }: V1Pod): DrainPod {
  const controller = metadata?.ownerReferences?.find((owner) => owner.controller === true);
  const deleting = metadata?.deletionTimestamp;
  const claims = spec?.volumes?.flatMap(({ persistentVolumeClaim }) => (persistentVolumeClaim === undefined ? [] : `${metadata?.namespace}/${persistentVolumeClaim.claimName}`)) ?? [];
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    ...(controller === undefined ? {} : { controller: { kind: controller.kind, name: controller.name } }),
    mirror: metadata?.annotations?.['kubernetes.io/config.mirror'] !== undefined,
    emptyDir: spec?.volumes?.some((volume) => volume.emptyDir !== undefined) ?? false,
    ...(claims.length === 0 ? {} : { claims }),
    phase: phases.find((phase) => phase === status?.phase) ?? 'Unknown',
    ...(deleting === undefined ? {} : { deletingSince: new Date(deleting).getTime() }),
  };
}

const phases = ['Pending', 'Running', 'Succeeded', 'Failed'] as const;
