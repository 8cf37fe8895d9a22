import { joinedControlPlanes } from '../../domain/machine.ts';
import type { StepReport } from '../../domain/step.ts';
import type { StepInput } from '../contracts.ts';
import { runStep, type StepRun } from '../step-run.ts';
import { bootstrapMachine, startApiServer } from './bootstrap-machine.ts';
import { finishNode } from './finish-node.ts';
import { machineTask } from './step-context.ts';

/** `kubeadm join` of a worker, or of a further control-plane Machine behind the load balancer. */
export async function joinMachine(input: StepInput): Promise<StepReport> {
  return runStep(input, async (run) => {
    const { role } = machineTask(input).machine;
    await (role === 'worker' ? joinWorker(input, run) : joinControlPlane(input, run));
    await finishNode(input, run);
  });
}

async function joinWorker(input: StepInput, run: StepRun): Promise<void> {
  // A step before this one may have come so far: only the Node is missing then.
  if (machineTask(input).machine.phase === 'Joined') return;
  await bootstrapMachine(input, run, 'join-worker');
  // Nobody waits for that.
  await run.joined('at the end');
}

/** It has joined, and the next one may have its turn, when its etcd member votes: API servers start side by side. */
async function joinControlPlane(input: StepInput, run: StepRun): Promise<void> {
  const task = machineTask(input);
  if (task.machine.phase === 'Joined') {
    const { apiServerPort } = input.desired.network;
    await run.phase('kubelet credential', ({ quick }) => quick.renewKubeletCredential({ ...task, apiServerPort }));
  } else {
    await bootstrapMachine(input, run, 'join-control-plane');
    if (joinsOthers(input)) await run.phase('etcd member lists', ({ quick }) => quick.checkMemberLists({ ...task, machines: input.machines }));
    await run.joined('at once');
  }
  await startApiServer(input, run);
}

/** With another version of Kubernetes comes another etcd. */
function joinsOthers(input: StepInput): boolean {
  const { machine } = machineTask(input);
  return joinedControlPlanes(input.machines).some((other) => other.version !== machine.version);
}
