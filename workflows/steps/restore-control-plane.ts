import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';
import { apiServerBackends } from './api-server-backends.ts';
import { bootstrapMachine } from './bootstrap-machine.ts';
import { finishNode } from './finish-node.ts';
import { clusterScope, machineTask, malformed } from './step-context.ts';

/**
 * The first control-plane Machine of a recovered cluster: the backup's data under its own name, the
 * backup's keys, and nothing left of Machines that no longer exist before anybody may join.
 */
export async function restoreControlPlane(input: StepInput): Promise<StepReport> {
  return runStep(input, async (run) => {
    const task = machineTask(input);
    const { recovery } = input;
    if (recovery === undefined) throw malformed(input, 'has no recovery that it is for');
    if (task.machine.phase !== 'Joined') {
      const { backup, from } = recovery;
      await run.phase('snapshot delivered', ({ remote }) => remote.deliverSnapshot({ ...task, backup: backup.id, ...(from === undefined ? {} : { of: from.cluster }) }));
      await run.phase('load balancer backend', ({ quick }) => quick.setBackends(apiServerBackends(input, task.machine)));
      await bootstrapMachine(input, run, 'restore');
      await run.phase('API server', ({ wait }) => wait.waitForApiServer(task));
      const known = input.machines.filter(({ name }) => !recovery.lost.includes(name)).map(({ name }) => name);
      await run.phase('Nodes of lost Machines', ({ quick }) => quick.deleteLostNodes({ ...clusterScope(input), known }));
      if (from !== undefined) {
        const { apiServerPort } = input.desired.network;
        await run.phase("API server's new address", ({ remote }) => remote.moveEndpoint({ ...clusterScope(input), apiServerPort, from }));
      }
      await run.joined('at once');
    }
    await finishNode(input, run);
  });
}
