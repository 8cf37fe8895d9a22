import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { z } from 'zod';

export type WorkflowDump = {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly status: string;
  readonly memo: unknown;
  readonly searchAttributes: unknown;
  /** Protobuf's JSON: payloads are base64 in it. */
  readonly history: HistoryJson;
};

const historyJson = z.object({ events: z.array(z.record(z.string(), z.unknown())).default([]) });

export type HistoryJson = z.output<typeof historyJson>;
export type HistoryEventJson = HistoryJson['events'][number];

/** Every workflow of the namespace, closed ones too, with its whole history; oldest first. */
export async function dumpHistories(client: Client, workflowIdPrefix = ''): Promise<readonly WorkflowDump[]> {
  const dumps: WorkflowDump[] = [];
  for await (const execution of client.workflow.list()) {
    const { workflowId, runId, type, status, memo, searchAttributes } = execution;
    if (!workflowId.startsWith(workflowIdPrefix)) continue;
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    // Its result is JSON already, as text or as a value, by version of the SDK.
    const json: unknown = historyToJSON(history);
    dumps.push({
      workflowId,
      runId,
      type,
      status: status.name,
      memo: memo ?? {},
      searchAttributes: searchAttributes ?? {},
      history: historyJson.parse(typeof json === 'string' ? JSON.parse(json) : json),
    });
  }
  return dumps.toReversed();
}

/** A copy in which each payload's data is the text that its base64 stands for: what a person or a grep would see. */
export function decodePayloads(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodePayloads);
  if (typeof value !== 'object' || value === null) return value;
  const isPayload = 'metadata' in value && 'data' in value && typeof value.data === 'string';
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (isPayload && key === 'data') return [key, Buffer.from(String(inner), 'base64').toString('utf8')];
      if (isPayload && key === 'metadata') return [key, decodeMetadata(inner)];
      return [key, decodePayloads(inner)];
    }),
  );
}

function decodeMetadata(metadata: unknown): unknown {
  if (typeof metadata !== 'object' || metadata === null) return metadata;
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [key, typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : value]),
  );
}

/** Types of all activities that were ever scheduled there, sorted. */
export function activityTypes(dumps: readonly WorkflowDump[]): readonly string[] {
  const types = dumps.flatMap(({ history }) => history.events.flatMap(scheduledType));
  return [...new Set(types)].toSorted();
}

function scheduledType(event: HistoryEventJson): readonly string[] {
  const attributes = event['activityTaskScheduledEventAttributes'];
  if (typeof attributes !== 'object' || attributes === null || !('activityType' in attributes)) return [];
  const { activityType } = attributes;
  if (typeof activityType !== 'object' || activityType === null || !('name' in activityType)) return [];
  return [String(activityType.name)];
}

/** What the Web UI asks each workflow for, closed ones too, to show it as current details: it stands in no history. */
export async function readCurrentDetails(client: Client): Promise<readonly unknown[]> {
  const details: unknown[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    details.push(await client.workflow.getHandle(workflowId, runId).query('__temporal_workflow_metadata'));
  }
  return details;
}

/** IDs of the workflows that are open. */
export async function listOpenWorkflows(client: Client): Promise<readonly string[]> {
  const open: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: 'ExecutionStatus = "Running"' })) open.push(workflowId);
  return open.toSorted();
}
