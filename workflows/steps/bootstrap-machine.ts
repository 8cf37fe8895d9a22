import { kubeadmOptions } from '../../domain/kubeadm/kubeadm-options.ts';
import { stageNames, type BootstrapRole, type KubeadmStage } from '../../domain/kubeadm/scripts.ts';
import type { StepInput } from '../contracts.ts';
import type { StepRun } from '../step-run.ts';
import { apiServerBackends } from './api-server-backends.ts';
import { repeatKubeadm, type Attempt } from './repeat-kubeadm.ts';
import { machineTask } from './step-context.ts';

/** `prepare-control-plane` is the part of its join that changes no membership. */
type Bootstrap = BootstrapRole | 'prepare-control-plane' | 'restore';

/**
 * Runs kubeadm on a Machine until it has succeeded. A lost connection or worker only re-attaches to
 * the command; a command that failed is cleaned up first, in etcd's member list and on the Machine,
 * because a learner that never started would make every later join fail.
 */
export async function bootstrapMachine(input: StepInput, run: StepRun, bootstrap: Bootstrap): Promise<void> {
  const task = machineTask(input);
  const { desired, machines } = input;
  const repair = async (generation: number): Promise<void> => {
    // The member goes first: kubeadm may have failed after etcd promoted it, and of two voters the
    // other one alone could no longer agree to remove it.
    if (bootstrap === 'join-control-plane') {
      await run.phase('remove stale etcd member', ({ quick }) => quick.removeStaleEtcdMember({ ...task, machines }));
    }
    await run.phase('reset after kubeadm failed', ({ remote }) => remote.resetMachine({ ...task, generation }));
  };
  await repeatKubeadm(input, async ({ attempt, generation, suffix }) => {
    const kubeadm = async (stage: KubeadmStage, role: BootstrapRole): Promise<void> => {
      await run.phase(`bootstrap data${suffix}`, ({ quick }) => quick.writeBootstrapData({ ...task, desired, role }));
      await runStage(input, run, { stage, generation, suffix });
    };
    switch (bootstrap) {
      case 'init':
        return kubeadm('init', 'init');
      case 'restore':
        return kubeadm('restore', 'init');
      case 'join-worker':
        return kubeadm('join', 'join-worker');
      case 'prepare-control-plane':
        return kubeadm('prepare', 'join-control-plane');
      case 'join-control-plane':
        // What failed was reset, and has to be prepared again.
        if (input.prepared !== true || attempt > 1) await kubeadm('prepare', 'join-control-plane');
        await run.phase(`etcd members healthy${suffix}`, ({ wait }) => wait.waitForHealthyMembers({ ...task, machines }));
        // While nobody else changes the control plane; it is used once its /readyz answers.
        await run.phase(`load balancer backend${suffix}`, ({ quick }) => quick.setBackends(apiServerBackends(input, task.machine)));
        return runStage(input, run, { stage: 'etcd', generation, suffix });
    }
  }, repair);
}

/**
 * The API server of a Machine whose etcd member votes. Nothing is undone when it fails: that would be
 * a change of membership, and another Machine may have its turn with that by now.
 */
export async function startApiServer(input: StepInput, run: StepRun): Promise<void> {
  await repeatKubeadm(input, ({ generation, suffix }) => runStage(input, run, { stage: 'serve', generation, suffix }));
}

function runStage(input: StepInput, run: StepRun, { stage, generation, suffix }: Omit<Attempt, 'attempt'> & { readonly stage: KubeadmStage }): Promise<void> {
  const options = kubeadmOptions(input.desired, machineTask(input).machine);
  return run.phase(`${stageNames[stage]}${suffix}`, ({ remote }) => remote.runKubeadm({ ...machineTask(input), stage, generation, options, ...backupOf(input) }));
}

function backupOf({ recovery }: StepInput): { readonly backup?: string } {
  return recovery === undefined ? {} : { backup: recovery.backup.id };
}
