import type { Client } from '@temporalio/client';
import { clusterWorkflowId } from '../workflows/messages.ts';

export type HistoryCount = {
  readonly workflows: number;
  readonly events: number;
  readonly workflowTasks: number;
  readonly activities: number;
  readonly signals: number;
  /** Of all histories together, as Temporal counts them. */
  readonly bytes: number;
};

/** What Temporal had to do for one cluster, read from the histories of all that ran for it. */
export async function countHistories(client: Client, cluster: string): Promise<HistoryCount> {
  const entity = clusterWorkflowId(cluster);
  const total = { workflows: 0, events: 0, workflowTasks: 0, activities: 0, signals: 0, bytes: 0 };
  for await (const { workflowId, runId } of client.workflow.list({ query: `WorkflowId STARTS_WITH "${entity}"` })) {
    // "cluster/fleet-1" is the beginning of "cluster/fleet-10" too.
    if (!`${workflowId}/`.startsWith(`${entity}/`)) continue;
    const handle = client.workflow.getHandle(workflowId, runId);
    const [{ historySize = 0 }, { events }] = await Promise.all([handle.describe(), handle.fetchHistory()]);
    total.workflows += 1;
    total.bytes += historySize;
    for (const event of events ?? []) {
      total.events += 1;
      if (event.workflowTaskCompletedEventAttributes != null) total.workflowTasks += 1;
      if (event.activityTaskScheduledEventAttributes != null) total.activities += 1;
      if (event.workflowExecutionSignaledEventAttributes != null) total.signals += 1;
    }
  }
  return total;
}
