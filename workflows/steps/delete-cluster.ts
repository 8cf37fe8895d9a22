import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';

/**
 * Removes a whole cluster. The tombstone comes first: whatever a late worker still does for this UID
 * is refused, or undone by itself, from then on.
 */
export async function deleteCluster(input: StepInput): Promise<StepReport> {
  return runStep(input, async ({ phase }) => {
    await phase('tombstone', ({ records }) => records.markClusterDeleted(input.identity));
    await phase('machines, network and volumes', ({ remote }) => remote.deleteInfrastructure({ cluster: input.identity }));
    await phase('secrets', ({ records }) => records.deleteClusterSecrets(input.identity));
  });
}
