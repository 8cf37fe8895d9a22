import type { ClusterAllocation } from '../../domain/network/cluster-network.ts';
import type { ClusterIdentity } from '../../domain/identity.ts';
import type { Store } from '../seams/store.ts';
import { apiServerPortClaim } from './allocate.ts';
import { claimValue, listClaims, type ClaimScope } from './claims.ts';
import { AllocationError } from './errors.ts';

/**
 * What a cluster has already, claimed in a store that does not know of it.
 * @throws AllocationError where another cluster has claimed one of them
 */
export async function restoreClaims(request: {
  readonly store: Store;
  readonly host: string;
  readonly cluster: ClusterIdentity;
  readonly allocation: ClusterAllocation;
  readonly ports: Readonly<Record<string, number>>;
}): Promise<void> {
  const { store, host, cluster, allocation } = request;
  const claim = async (kind: ClaimScope['kind'], name: string, value: string): Promise<void> => {
    const scope: ClaimScope = { store, kind, host };
    if (await claimValue(scope, { cluster, name, value })) return;
    const holder = (await listClaims(scope)).find((other) => other.value === value);
    throw new AllocationError(`cluster ${cluster.name}: ${kind.slice(0, -1)} ${value}, which it had, belongs to ${holder?.name} of cluster ${holder?.cluster} now. Nothing was made. Delete that cluster, or recover on another host.`);
  };
  await claim('subnets', 'network', allocation.subnet);
  for (const [name, port] of Object.entries({ ...request.ports, [apiServerPortClaim]: allocation.apiServerHostPort })) await claim('ports', name, String(port));
}
