import { WorkflowNotFoundError, type WorkflowClient } from '@temporalio/client';
import type { StepOutcome } from '../../domain/step.ts';
import type { StepLookup } from '../seams/step-lookup.ts';

/** Asks Temporal itself. */
export function createStepLookup(client: WorkflowClient): StepLookup {
  return {
    async find({ stepId, generation }) {
      const handle = client.getHandle<() => Promise<StepOutcome>>(stepId);
      const ended = (outcome: StepOutcome) => ({ stepId, generation, outcome, phases: [] });
      try {
        const { status } = await handle.describe();
        if (status.name === 'RUNNING') return undefined;
        if (status.name !== 'COMPLETED') return ended({ kind: 'cancelled' });
        return ended(await handle.result());
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return ended({ kind: 'cancelled' });
        throw error;
      }
    },
  };
}
