import type { ClusterState } from './cluster-state.ts';

/**
 * What holds beyond any operation: what people have said of the cluster, and what it was told. It is
 * kept in the store with the Machines, so that a lost database takes none of it away.
 */
export type Standing = Pick<ClusterState, 'overrides' | 'published' | 'rollouts' | 'paused'>;

export function standingOf({ overrides, published, rollouts, paused }: ClusterState): Standing {
  return {
    ...(overrides === undefined ? {} : { overrides }),
    ...(published === undefined ? {} : { published }),
    ...(rollouts === undefined ? {} : { rollouts }),
    ...(paused === undefined ? {} : { paused }),
  };
}
