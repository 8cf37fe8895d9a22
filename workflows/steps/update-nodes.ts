import { hasJoined } from '../../domain/machine.ts';
import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';
import { clusterScope } from './step-context.ts';

/** Labels, annotations and taints need no new Machine: the Nodes of those that are there get them. */
export async function updateNodes(input: StepInput): Promise<StepReport> {
  return runStep(input, async ({ phase }) => {
    const { desired, machines } = input;
    await phase('Nodes', ({ remote }) => remote.updateNodes({ ...clusterScope(input), desired, machines: machines.filter(hasJoined) }));
  });
}
