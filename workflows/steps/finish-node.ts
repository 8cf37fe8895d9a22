import { nodeLabels } from '../../domain/node-labels.ts';
import type { StepInput } from '../contracts.ts';
import { onHost } from '../host-activities.ts';
import type { StepRun } from '../step-run.ts';
import { machineTask } from './step-context.ts';

/** What is left once a Machine has joined: its Node Ready, with the labels of its Machine's template. */
export async function finishNode(input: StepInput, run: StepRun): Promise<void> {
  const task = machineTask(input);
  const host = onHost(input.host);
  await run.phase('Node ready', () => host.wait.waitForNode(task));
  const labels = nodeLabels(input.desired, task.machine);
  if (Object.keys(labels).length > 0) await run.phase('Node labels', () => host.quick.labelNode({ ...task, labels }));
}
