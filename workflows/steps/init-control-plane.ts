import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';
import { bootstrapMachine } from './bootstrap-machine.ts';
import { apiServerBackends } from './api-server-backends.ts';
import { finishNode } from './finish-node.ts';
import { machineTask } from './step-context.ts';

/** The first control-plane Machine: `kubeadm init` with the cluster's own certificates. */
export async function initControlPlane(input: StepInput): Promise<StepReport> {
  return runStep(input, async (run) => {
    const task = machineTask(input);
    // A step before this one may have come so far: only the Node is missing then.
    if (task.machine.phase !== 'Joined') {
      // kubeadm talks to the API through the endpoint while it still runs, so the backend comes first;
      // HAProxy's own check keeps it out of use until /readyz answers.
      await run.phase('load balancer backend', ({ quick }) => quick.setBackends(apiServerBackends(input, task.machine)));
      await bootstrapMachine(input, run, 'init');
      await run.phase('API server', ({ wait }) => wait.waitForApiServer(task));
      await run.joined('at once');
    }
    await finishNode(input, run);
  });
}
