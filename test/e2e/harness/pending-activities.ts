import type { Client } from '@temporalio/client';

export type PendingActivity = { readonly type: string; readonly attempt: number; readonly started: boolean };

/** temporal.api.enums.v1.PendingActivityState */
const STARTED = 2;

/** What an open workflow waits for at this moment, as Temporal's server tells it. */
export async function pendingActivities(client: Client, workflowId: string): Promise<readonly PendingActivity[]> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return (raw.pendingActivities ?? []).map(({ activityType, attempt, state }) => ({
    type: activityType?.name ?? '',
    attempt: attempt ?? 1,
    started: Number(state) === STARTED,
  }));
}
