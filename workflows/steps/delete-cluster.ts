import { proxyActivities } from '@temporalio/workflow';
import type { createRecordActivities } from '../../activities/record-activities.ts';
import type { StepOutcome } from '../../domain/step.ts';
import { quick } from '../activity-options.ts';
import type { StepInput } from '../contracts.ts';
import { onHost } from '../host-activities.ts';
import { runStep } from '../step-run.ts';

const records = proxyActivities<ReturnType<typeof createRecordActivities>>(quick);

/**
 * Removes a whole cluster. The tombstone comes first: whatever a late worker still does for this UID
 * is refused, or undone by itself, from then on.
 */
export async function deleteCluster(input: StepInput): Promise<StepOutcome> {
  return runStep(input, async ({ phase }) => {
    await phase('tombstone', () => records.markClusterDeleted(input.identity));
    await phase('machines, network and volumes', () => onHost(input.host).remote.deleteInfrastructure({ cluster: input.identity }));
    await phase('secrets', () => records.deleteClusterSecrets(input.identity));
  });
}
