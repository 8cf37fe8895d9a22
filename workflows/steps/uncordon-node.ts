import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';
import { machineTask } from './step-context.ts';

/** What a removal did to its Node before it was taken back; whatever else holds Pods off it stays. */
export async function uncordonNode(input: StepInput): Promise<StepReport> {
  return runStep(input, async ({ phase }) => {
    await phase('uncordon', ({ quick }) => quick.uncordonNode(machineTask(input)));
  });
}
