import type { StepOutcome } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { onHost } from '../host-activities.ts';
import { runStep } from '../step-run.ts';
import { apiServerBackends } from './api-server-backends.ts';
import { bootstrapMachine } from './bootstrap-machine.ts';
import { finishNode } from './finish-node.ts';
import { machineTask } from './step-context.ts';

/** `kubeadm join` of a worker, or of a further control-plane Machine behind the load balancer. */
export async function joinMachine(input: StepInput): Promise<StepOutcome> {
  return runStep(input, async (run) => {
    const task = machineTask(input);
    const host = onHost(input.host);
    // A step before this one may have come so far: only the Node is missing then.
    if (task.machine.phase !== 'Joined') {
      if (task.machine.role === 'worker') {
        await bootstrapMachine(input, run, 'join-worker');
      } else {
        await run.phase('etcd members healthy', () => host.wait.waitForHealthyMembers({ ...task, machines: input.machines }));
        await bootstrapMachine(input, run, 'join-control-plane');
        await run.phase('load balancer backend', () => host.quick.setBackends(apiServerBackends(input, task.machine)));
      }
      await run.joined();
    }
    await finishNode(input, run);
  });
}
