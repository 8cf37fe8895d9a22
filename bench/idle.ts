import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';

/** Workflow tasks a minute of everything that is open while nothing happens, counted in the histories. */
export async function countIdleTasks(client: Client, minutes: number): Promise<number> {
  const before = await countTasks(client);
  await delay(minutes * 60_000);
  return ((await countTasks(client)) - before) / minutes;
}

async function countTasks(client: Client): Promise<number> {
  let count = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' })) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    count += (events ?? []).filter((event) => event.workflowTaskCompletedEventAttributes != null).length;
  }
  return count;
}
