import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/** On everything that belongs to a cluster: one filter shows its workflow, its steps and what was asked of it. */
export const clusterNameKey = defineSearchAttributeKey('ClusterName', SearchAttributeType.KEYWORD);

/** On the cluster's own workflow. */
export const clusterPhaseKey = defineSearchAttributeKey('ClusterPhase', SearchAttributeType.KEYWORD);
export const kubernetesVersionKey = defineSearchAttributeKey('KubernetesVersion', SearchAttributeType.KEYWORD);
export const clusterHealthyKey = defineSearchAttributeKey('ClusterHealthy', SearchAttributeType.BOOL);
export const clusterBlockedKey = defineSearchAttributeKey('ClusterBlocked', SearchAttributeType.BOOL);
