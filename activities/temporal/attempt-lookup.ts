import { WorkflowNotFoundError, type WorkflowClient } from '@temporalio/client';
import type { AttemptLookup } from '../seams/attempt-lookup.ts';

/** Asks Temporal itself. */
export function createAttemptLookup(client: WorkflowClient): AttemptLookup {
  return {
    async isUnderWay({ workflowId, runId }) {
      try {
        return (await client.getHandle(workflowId, runId).describe()).status.name === 'RUNNING';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}
