import type { ClusterState } from '../domain/cluster-state.ts';
import { ClusterNotFoundError } from './request-errors.ts';
import type { ClusterLookup } from './seams/cluster-lookup.ts';

/** @throws ClusterNotFoundError where nobody keeps a cluster of that name */
export async function findManaged(clusters: ClusterLookup, name: string): Promise<ClusterState> {
  const state = await clusters.find(name);
  if (state === undefined) throw new ClusterNotFoundError(`there is no cluster ${name} under management. Nothing was changed.`);
  return state;
}
