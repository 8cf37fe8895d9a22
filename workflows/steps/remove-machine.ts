import { deletionPolicy } from '../../domain/deletion-policy.ts';
import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep, type StepRun } from '../step-run.ts';
import { remainingBackends } from './api-server-backends.ts';
import { machineTask } from './step-context.ts';

/**
 * A Machine's way out. Each phase looks at what is there, so a removal that was interrupted goes on
 * where it stopped. A control-plane Machine's member goes before its infrastructure: a member whose
 * Machine is gone would count as a dead voter.
 */
export async function removeMachine(input: StepInput): Promise<StepReport> {
  return runStep(input, async (run) => {
    const task = machineTask(input);
    const { isReachable } = await emptyNode(input, run);
    // Decided without etcd's members: kubeadm has not touched it, or it is of before a recovery; it is none of them.
    if (task.machine.role === 'control-plane' && input.expectedMembers !== undefined) await leaveControlPlane(input, run);
    await run.phase('infrastructure', ({ quick }) => quick.deleteMachine(task));
    if (!isReachable) await run.phase('out of service', ({ wait }) => wait.markOutOfService(task));
    await run.phase('Node', ({ quick }) => quick.deleteNode(task));
  });
}

/** What runs there moves elsewhere first. A Node that does not answer is not waited for. */
async function emptyNode(input: StepInput, run: StepRun): Promise<{ readonly isReachable: boolean }> {
  const task = machineTask(input);
  const { exists } = await run.phase('cordon', ({ quick }) => quick.cordonNode(task));
  if (!exists) return { isReachable: true };
  const limits = deletionPolicy(input.desired, task.machine);
  let isReachable = true;
  await run.skippable('drain', async ({ patient }) => {
    isReachable = (await patient.drainNode({ ...task, ...limits })).outcome !== 'unreachable';
  });
  await run.skippable('volumes detached', ({ patient }) => patient.waitForVolumesDetached({ ...task, ...limits }));
  return { isReachable };
}

async function leaveControlPlane(input: StepInput, run: StepRun): Promise<void> {
  const task = machineTask(input);
  const { machines, expectedMembers: expected = [] } = input;
  await run.phase('load balancer backend', ({ quick }) => quick.setBackends(remainingBackends(input, task.machine)));
  await run.phase('etcd leader', ({ quick }) => quick.moveEtcdLeader({ ...task, machines }));
  // While its etcd still answers: without it, its clean-up would wait for that until its time is up.
  await run.phase('API server stopped', ({ quick }) => quick.stopApiServer(task));
  await run.phase('etcd member', ({ quick }) => quick.removeEtcdMember({ ...task, machines, expected }));
}
