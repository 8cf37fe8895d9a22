import type { Client } from '@temporalio/client';
import { currentOperation } from '../domain/cluster-state.ts';
import type { clusterWorkflow } from '../workflows/cluster.ts';
import { clusterQuery, clusterWorkflowId } from '../workflows/messages.ts';
import { coveredMs, type Interval } from './intervals.ts';
import { activitiesOf, timersOf } from './read-spans.ts';
import type { Replaced } from './rollout-results.ts';

/** What the operation that a cluster has just ended took, from the histories of all that ran for it. */
export async function readRollout(client: Client, cluster: string, machines: number): Promise<Replaced> {
  const entity = clusterWorkflowId(cluster);
  const state = await client.workflow.getHandle<typeof clusterWorkflow>(entity).query(clusterQuery);
  const { phase, startedAt, endedAt } = currentOperation(state) ?? {};
  if (phase !== 'Succeeded' || startedAt === undefined || endedAt === undefined) throw new Error(`${cluster}: its rollout is ${phase}`);
  const activities: Interval[] = [];
  const steps: Interval[] = [];
  const timers: Interval[] = [];
  for await (const { workflowId, runId, startTime, closeTime } of client.workflow.list()) {
    const isEntity = workflowId === entity;
    if (!isEntity && !workflowId.startsWith(`${entity}/`)) continue;
    if (closeTime !== undefined && closeTime.getTime() < startedAt) continue;
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    activities.push(...activitiesOf(events ?? []));
    if (isEntity) timers.push(...timersOf(events ?? []));
    else steps.push({ startedAt: startTime.getTime(), endedAt: closeTime?.getTime() ?? endedAt });
  }
  const window = { startedAt, endedAt };
  const ms = endedAt - startedAt;
  const underWay = coveredMs([...activities, ...steps], window);
  return { machines, ms, outsideMs: ms - coveredMs(activities, window), heldMs: coveredMs([...activities, ...steps, ...timers], window) - underWay };
}
