import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import type { StepInput } from '../contracts.ts';
import { onHost } from '../host-activities.ts';
import type { StepRun } from '../step-run.ts';
import { machineTask } from './step-context.ts';

export type BootstrapRole = 'init' | 'join-control-plane' | 'join-worker';

/** kubeadm init and join are not atomic: a failed run is reset and begun again, this often in all. */
const attempts = 3;

/**
 * Runs kubeadm on a Machine until it has succeeded. A lost connection or worker only re-attaches to
 * the command; a command that failed is cleaned up first, in etcd's member list and on the Machine,
 * because a learner that never started would make every later join fail.
 */
export async function bootstrapMachine(input: StepInput, run: StepRun, role: BootstrapRole): Promise<void> {
  const task = machineTask(input);
  const host = onHost(input.host);
  const command = role === 'init' ? 'kubeadm init' : 'kubeadm join';
  for (let attempt = 1; ; attempt += 1) {
    const generation = input.generation * 10 + attempt;
    const suffix = attempt === 1 ? '' : ` (attempt ${attempt} of ${attempts})`;
    try {
      await run.phase(`bootstrap data${suffix}`, () => host.quick.writeBootstrapData({ ...task, desired: input.desired, role, generation }));
      await run.phase(`${command}${suffix}`, () => host.remote.runKubeadm({ ...task, role, generation }));
      return;
    } catch (error) {
      if (attempt === attempts || !isKubeadmFailure(error)) throw error;
      // The member goes first: kubeadm may have failed after etcd promoted it, and of two voters the
      // other one alone could no longer agree to remove it.
      if (role === 'join-control-plane') {
        await run.phase('remove stale etcd member', () => host.quick.removeStaleEtcdMember({ ...task, machines: input.machines }));
      }
      await run.phase(`reset after ${command} failed`, () => host.remote.resetMachine({ ...task, generation }));
    }
  }
}

function isKubeadmFailure(error: unknown): boolean {
  return error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.type === 'KubeadmFailedError';
}
