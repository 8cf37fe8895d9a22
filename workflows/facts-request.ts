import type { createPlanActivities } from '../activities/plan-activities.ts';
import type { ClusterAllocation } from '../domain/network/cluster-network.ts';
import type { ClusterState } from '../domain/cluster-state.ts';

type FactsRequest = Parameters<ReturnType<typeof createPlanActivities>['observePlanFacts']>[0];

/** Everything that a plan may depend on; certificates are asked for where the manifest gives them a time. */
export function factsRequest({ identity: cluster, machines, desired }: ClusterState, allocation: ClusterAllocation): FactsRequest {
  const certificates = desired.controlPlane.rollout?.certificatesExpiryDays !== undefined;
  return { cluster, allocation, machines, ...(certificates ? { certificates } : {}) };
}
