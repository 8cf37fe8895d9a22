import type { ClusterState } from '../../domain/cluster-state.ts';
import { fetchCluster, listClusterNames, listClusters } from '../temporal/clusters.ts';
import { withTemporal } from '../temporal/session.ts';
import type { NameKind } from './completion.ts';

/** What there is of a kind, as Temporal and the worker say. */
export async function fetchNames({ kind, cluster }: { readonly kind: NameKind; readonly cluster?: string }): Promise<readonly string[]> {
  return withTemporal(async (session) => {
    if (kind === 'cluster') return listClusterNames(session);
    const states = cluster === undefined ? await listClusters(session) : [await fetchCluster(session, cluster)];
    return states.flatMap((state) => namesIn(state, kind));
  });
}

function namesIn(state: ClusterState, kind: Exclude<NameKind, 'cluster'>): readonly string[] {
  const { machines, operations, desired, identity } = state;
  switch (kind) {
    case 'machine':
      return machines.map(({ name }) => name);
    case 'operation':
      return operations.map(({ id }) => id);
    case 'target':
      return [`cluster/${identity.name}`, ...namesIn(state, 'owner')];
    case 'owner':
      return [`kubeadmcontrolplane/${desired.controlPlane.name}`, ...desired.machineDeployments.map(({ name }) => `machinedeployment/${name}`)];
  }
}
