import { joinedControlPlanes } from '../../domain/machine.ts';
import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';
import { clusterScope, machineTask } from './step-context.ts';

/** From nothing to a Machine that answers over SSH with its pinned host key. */
export async function provisionMachine(input: StepInput): Promise<StepReport> {
  return runStep(input, async ({ phase, skippable }) => {
    const task = machineTask(input);
    await phase('infrastructure', ({ quick }) =>
      quick.ensureMachine({ ...task, serviceSubnets: [input.desired.network.serviceCIDR] }),
    );
    await phase('SSH and containerd', ({ wait }) => wait.waitForSsh(task));
    if (task.machine.infrastructure.preLoadImages !== undefined) await phase('images', ({ remote }) => remote.loadImages(task));
    // Until they are upgraded, the add-ons of another version run on its Node as well.
    const others = joinedControlPlanes(input.machines).filter((other) => other.version !== task.machine.version);
    if (others.length > 0) {
      await skippable('add-on images', ({ remote }) => remote.carryAddonImages({ ...clusterScope(input), from: others, to: [task.machine] }));
    }
  });
}
