import { WorkflowNotFoundError, type WorkflowClient } from '@temporalio/client';
import type { ClusterState } from '../../domain/cluster-state.ts';
import type { ClusterLookup } from '../seams/cluster-lookup.ts';

/** Asks the entity by its query. */
export function createClusterLookup(client: WorkflowClient, ids: { readonly workflowId: (name: string) => string; readonly query: string }): ClusterLookup {
  return {
    async find(name) {
      const handle = client.getHandle(ids.workflowId(name));
      try {
        // A workflow that has ended still answers queries.
        if ((await handle.describe()).status.name !== 'RUNNING') return undefined;
        return await handle.query<ClusterState>(ids.query);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      }
    },
  };
}
