import type { AttachedVolume } from '../../domain/drain/decide-volume-detach.ts';
import type { DrainPod, EvictionAnswer } from '../../domain/drain/drain-pod.ts';
import type { ApiAccess } from './workload-cluster.ts';

/** What a Node's way out of its cluster needs. A Node that is gone already is no error anywhere here. */
export interface NodeMaintenance {
  /** Nothing new is scheduled there; one that is cordoned already stays as it is. False where there is no such Node. */
  cordon(access: ApiAccess, node: string, signal: AbortSignal): Promise<boolean>;
  /** Takes back what `cordon` has done; a Node that was cordoned by somebody else stays so. False where there is no such Node. */
  uncordon(access: ApiAccess, node: string, signal: AbortSignal): Promise<boolean>;
  listPods(access: ApiAccess, node: string, signal: AbortSignal): Promise<readonly DrainPod[]>;
  /** Asks for that very Pod, by UID, to be evicted. */
  evict(access: ApiAccess, pod: DrainPod, signal: AbortSignal): Promise<EvictionAnswer>;
  /** Deletes that very Pod, by UID, with so many seconds to end. */
  deletePod(access: ApiAccess, pod: DrainPod, graceSeconds: number, signal: AbortSignal): Promise<void>;
  /** The taint node.kubernetes.io/out-of-service, once the Machine is known to be off: volumes are detached and Pods forgotten without their kubelet. */
  taintOutOfService(access: ApiAccess, node: string, signal: AbortSignal): Promise<void>;
  listAttachedVolumes(access: ApiAccess, node: string, signal: AbortSignal): Promise<readonly AttachedVolume[]>;
  deleteNode(access: ApiAccess, node: string, signal: AbortSignal): Promise<void>;
}
