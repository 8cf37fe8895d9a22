import type { V1Node } from '@kubernetes/client-node';
import type { ObservedNode } from '../../domain/observation.ts';

/** The Ready condition, which the kubelet writes; missing is Unknown, never False. */
export function observeNode(node: V1Node): ObservedNode {
  const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
  return {
    name: node.metadata?.name ?? '',
    ready: ready?.status === 'True' || ready?.status === 'False' ? ready.status : 'Unknown',
    reason: ready?.reason ?? 'NoStatus',
    message: ready?.message ?? 'the kubelet has not reported yet',
    kubeletVersion: node.status?.nodeInfo?.kubeletVersion ?? '',
    readySince: ready?.lastTransitionTime === undefined ? 0 : new Date(ready.lastTransitionTime).getTime(),
  };
}
