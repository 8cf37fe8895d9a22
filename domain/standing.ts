import type { ClusterState } from './cluster-state.ts';

/**
 * What holds beyond any operation: what people have said of the cluster, and what it was told. It is
 * kept in the store with the Machines, so that a lost database takes none of it away.
 */
export type Standing = Pick<ClusterState, 'overrides' | 'published' | 'rollouts' | 'paused' | 'backupSchedule'>;

/** Of it, what a recovery into an empty store brings back: what people have said. What was told to the cluster is told anew. */
export type Sayings = Pick<Standing, 'overrides' | 'rollouts' | 'paused' | 'backupSchedule'>;

export function sayingsOf({ overrides, rollouts, paused, backupSchedule }: Standing): Sayings {
  return {
    ...(overrides === undefined ? {} : { overrides }),
    ...(rollouts === undefined ? {} : { rollouts }),
    ...(paused === undefined ? {} : { paused }),
    ...(backupSchedule === undefined ? {} : { backupSchedule }),
  };
}

export function standingOf({ overrides, published, rollouts, paused, backupSchedule }: ClusterState): Standing {
  return {
    ...(overrides === undefined ? {} : { overrides }),
    ...(published === undefined ? {} : { published }),
    ...(rollouts === undefined ? {} : { rollouts }),
    ...(paused === undefined ? {} : { paused }),
    ...(backupSchedule === undefined ? {} : { backupSchedule }),
  };
}
