import { WorkflowNotFoundError, type WorkflowClient } from '@temporalio/client';
import type { StepOutcome, StepReport } from '../../domain/step.ts';
import type { StepLookup } from '../seams/step-lookup.ts';

/** Asks Temporal itself. */
export function createStepLookup(client: WorkflowClient): StepLookup {
  return {
    async find({ stepId, generation }) {
      const handle = client.getHandle<() => Promise<StepReport>>(stepId);
      const without = (outcome: StepOutcome): StepReport => ({ stepId, generation, outcome, phases: [] });
      try {
        const { status } = await handle.describe();
        if (status.name === 'RUNNING') return undefined;
        if (status.name !== 'COMPLETED') return without({ kind: 'cancelled' });
        const report = await handle.result();
        // Of an earlier generation: this one was never started.
        return report.generation === generation ? report : without({ kind: 'cancelled' });
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return without({ kind: 'cancelled' });
        throw error;
      }
    },
  };
}
