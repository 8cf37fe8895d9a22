import type Dockerode from 'dockerode';
import { fixedAddresses, listSubnetCandidates, withoutOverlaps } from '../../domain/network/allocation.ts';
import type { ClusterAllocation } from '../../domain/network/cluster-network.ts';
import { claimValue, listClaims, type ClaimScope } from './claims.ts';
import { claimHostPorts } from './host-ports.ts';
import { listNetworksInUse } from './host-networks.ts';
import { AllocationError } from './errors.ts';
import { clusterLabels } from './labels.ts';
import type { AllocationRequest } from '../seams/machine-provider.ts';
import type { Store } from '../seams/store.ts';

/** No Machine can be called so: capitals do not occur in names of Kubernetes. */
export const apiServerPortClaim = 'apiServer';

/**
 * Claims a subnet and the endpoint's host port for a cluster, for as long as it lives. Claims are
 * made in the store, where two workers cannot make the same one.
 * @throws AllocationError when nothing is free
 */
export async function allocateCluster(request: {
  readonly docker: Dockerode;
  readonly store: Store;
  readonly host: string;
  readonly image: string;
  readonly request: AllocationRequest;
  readonly signal: AbortSignal;
}): Promise<ClusterAllocation> {
  const { docker, store, host, signal } = request;
  const { cluster } = request.request;
  const subnet = await claimSubnet(request);
  const ports = await claimHostPorts({ docker, store, host, cluster, names: [apiServerPortClaim], signal });
  const apiServerHostPort = ports[apiServerPortClaim];
  if (apiServerHostPort === undefined) throw new AllocationError(`cluster ${cluster.name}: no port was claimed for its API server`);
  return { host, subnet, ...fixedAddresses(subnet), apiServerHostPort };
}

async function claimSubnet(request: Parameters<typeof allocateCluster>[0]): Promise<string> {
  const { docker, store, host, image, signal } = request;
  const { cluster, avoid } = request.request;
  const scope: ClaimScope = { store, kind: 'subnets', host };
  const claims = await listClaims(scope);
  const own = claims.find((claim) => claim.clusterUid === cluster.uid);
  if (own !== undefined) return own.value;
  const inUse = await listNetworksInUse({ docker, image, labels: clusterLabels(cluster), signal });
  const taken = [...inUse, ...avoid, ...claims.map((claim) => claim.value)];
  for (const value of withoutOverlaps(listSubnetCandidates(cluster.uid), taken)) {
    if (await claimValue(scope, { cluster, name: 'network', value })) return value;
  }
  throw new AllocationError(
    `cluster ${cluster.name}: no subnet is free for its network. In use or to be avoided: ${taken.join(', ')}. ` +
      'Nothing was made. Remove networks that nobody needs (`docker network ls`), then retry.',
  );
}
