import type { WorkflowClient } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WorkflowHistories, WorkflowRun } from '../seams/workflow-histories.ts';

/** Asks Temporal itself. */
export function createWorkflowHistories(deps: {
  readonly client: WorkflowClient;
  readonly clusterWorkflowId: (cluster: string) => string;
  /** The query that an open cluster's workflow answers with its state. */
  readonly clusterQuery: string;
  /** Workflow types by which the CLI asks: they tell of questions, not of the cluster. */
  readonly requests: readonly string[];
}): WorkflowHistories {
  const { client } = deps;
  return {
    async list(cluster, limit) {
      const id = deps.clusterWorkflowId(cluster);
      const query = `WorkflowId = '${id}' OR WorkflowId STARTS_WITH '${id}/'`;
      const runs: WorkflowRun[] = [];
      for await (const { workflowId, runId, type, status } of client.list({ query })) {
        if (deps.requests.includes(type)) continue;
        runs.push({ workflowId, runId, type, status: status.name });
        if (runs.length === limit) break;
      }
      return runs;
    },
    async fetch({ workflowId, runId }) {
      const history: unknown = JSON.parse(historyToJSON(await client.getHandle(workflowId, runId).fetchHistory()));
      return history;
    },
    askCluster: (cluster) => client.getHandle(deps.clusterWorkflowId(cluster)).query<unknown>(deps.clusterQuery),
  };
}
