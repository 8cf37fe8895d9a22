import type { ClusterScope } from './seams/machine-provider.ts';
import type { ApiAccess } from './seams/workload-cluster.ts';

/** The cluster's API is reached through a port of the provider host's loopback. */
export function apiAccess(scope: ClusterScope): ApiAccess {
  return { clusterUid: scope.cluster.uid, server: `https://127.0.0.1:${scope.allocation.apiServerHostPort}` };
}
