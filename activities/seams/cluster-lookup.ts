import type { ClusterState } from '../../domain/cluster-state.ts';

/** What a cluster's workflow says of itself. */
export interface ClusterLookup {
  /** undefined where no such cluster is under management. */
  find(name: string): Promise<ClusterState | undefined>;
}
