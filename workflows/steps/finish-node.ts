import { nodeMetadata } from '../../domain/node/node-labels.ts';
import type { StepInput } from '../contracts.ts';
import type { StepRun } from '../step-run.ts';
import { machineTask } from './step-context.ts';

/** What is left once a Machine has joined: its Node Ready, with what Cluster API writes on the Nodes of its Machines. */
export async function finishNode(input: StepInput, run: StepRun): Promise<void> {
  const task = machineTask(input);
  await run.skippable('Node ready', ({ wait }) => wait.waitForNode(task));
  await run.phase('Node labels', ({ quick }) => quick.labelNode({ ...task, ...nodeMetadata(input.desired, task.machine) }));
}
