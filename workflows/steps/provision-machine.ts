import type { StepOutcome } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';
import { machineTask } from './step-context.ts';

/** From nothing to a Machine that answers over SSH with its pinned host key. */
export async function provisionMachine(input: StepInput): Promise<StepOutcome> {
  return runStep(input, async ({ phase }) => {
    const task = machineTask(input);
    await phase('infrastructure', ({ quick }) =>
      quick.ensureMachine({ ...task, serviceSubnets: [input.desired.network.serviceCIDR] }),
    );
    await phase('SSH and containerd', ({ wait }) => wait.waitForSsh(task));
    if (task.machine.infrastructure.preLoadImages !== undefined) await phase('images', ({ remote }) => remote.loadImages(task));
  });
}
