import type { DrainPod, EvictionAnswer } from '../../domain/drain/drain-pod.ts';
import type { ApiAccess } from './workload-cluster.ts';

/** What a Node's way out of its cluster needs. A Node that is gone already is no error anywhere here. */
export interface NodeMaintenance {
  /** Nothing new is scheduled there. False where there is no such Node. */
  cordon(access: ApiAccess, node: string, signal: AbortSignal): Promise<boolean>;
  listPods(access: ApiAccess, node: string, signal: AbortSignal): Promise<readonly DrainPod[]>;
  /** Asks for that very Pod, by UID, to be evicted. */
  evict(access: ApiAccess, pod: DrainPod, signal: AbortSignal): Promise<EvictionAnswer>;
  /** Deletes that very Pod, by UID, with so many seconds to end. */
  deletePod(access: ApiAccess, pod: DrainPod, graceSeconds: number, signal: AbortSignal): Promise<void>;
  /** The taint node.kubernetes.io/out-of-service: volumes are detached and Pods forgotten without their kubelet. */
  taintOutOfService(access: ApiAccess, node: string, signal: AbortSignal): Promise<void>;
  /** Names of the volumes that are attached to it. */
  listAttachedVolumes(access: ApiAccess, node: string, signal: AbortSignal): Promise<readonly string[]>;
  deleteNode(access: ApiAccess, node: string, signal: AbortSignal): Promise<void>;
}
