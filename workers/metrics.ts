import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowClient } from '@temporalio/client';
import { Runtime } from '@temporalio/worker';
import type { Delivery, NoticeKind } from '../domain/notices/notice.ts';
import { workflowTypes } from '../workflows/contracts.ts';
import { clusterBlockedKey } from '../workflows/search-attributes.ts';

const lookEveryMs = 15_000;

/** Counter `slipway_notices`: attempts to tell people, by kind and by how they went. */
export function countNotices(): (kind: NoticeKind, outcome: Exclude<Delivery, 'underWay'>) => void {
  const counter = Runtime.instance().metricMeter.createCounter('slipway_notices', 'attempts', 'attempts to tell people, by kind and outcome');
  return (kind, outcome) => counter.add(1, { kind, outcome });
}

/**
 * Gauge `slipway_operations_blocked`: clusters whose operation waits for a person. Asked of Temporal
 * again and again: a worker that was restarted knows it as well as one that saw it happen.
 */
export async function watchBlocked(client: WorkflowClient, signal: AbortSignal): Promise<void> {
  const gauge = Runtime.instance().metricMeter.createGauge('slipway_operations_blocked', 'int', 'clusters', 'clusters whose operation waits for a person');
  const query = `WorkflowType='${workflowTypes.cluster}' AND ExecutionStatus='Running' AND ${clusterBlockedKey.name}=true`;
  while (!signal.aborted) {
    try {
      gauge.set((await client.count(query)).count);
    } catch (error) {
      Runtime.instance().logger.warn('how many operations are Blocked could not be asked', { error: error instanceof Error ? error.message : String(error) });
    }
    await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
