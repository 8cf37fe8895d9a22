import { setTimeout as sleep } from 'node:timers/promises';
import { decideRelease } from '../domain/drain/decide-release.ts';
import { decideVolumeDetach } from '../domain/drain/decide-volume-detach.ts';
import { drain, type DrainResult } from './kubernetes/drain.ts';
import type { MachineTask } from './infrastructure-activities.ts';
import { apiAccess } from './api-access.ts';
import { activityStartedAt, cancellationSignal, reportProgress } from './progress.ts';
import type { Bootstrapper } from './seams/bootstrapper.ts';
import type { MachineProvider } from './seams/machine-provider.ts';
import type { NodeMaintenance } from './seams/node-maintenance.ts';
import type { ApiAccess, WorkloadCluster } from './seams/workload-cluster.ts';
import { sshTarget } from './ssh-target.ts';

const pollMs = 1000;

/** Effects of a Machine's way out. What is gone already is no error anywhere. */
export function createRemovalActivities(deps: {
  readonly maintenance: NodeMaintenance;
  readonly workload: Pick<WorkloadCluster, 'listNodes'>;
  readonly provider: Pick<MachineProvider, 'deleteMachine'>;
  readonly bootstrapper: Pick<Bootstrapper, 'stopApiServer'>;
  readonly now: () => number;
}) {
  const { maintenance, workload, provider, bootstrapper, now } = deps;

  /** Kubernetes itself says Unknown of a Node whose kubelet has not reported for 50 s. */
  const isReachable = async (access: ApiAccess, node: string, signal: AbortSignal): Promise<boolean> => {
    const nodes = await workload.listNodes(access, signal);
    return nodes.find(({ name }) => name === node)?.ready !== 'Unknown';
  };
  return {
    async cordonNode(task: MachineTask): Promise<{ readonly exists: boolean }> {
      return { exists: await maintenance.cordon(apiAccess(task), task.machine.name, cancellationSignal()) };
    },

    /** Where a removal has cordoned it; a Node that a person cordoned, or that is gone, stays as it is. */
    async uncordonNode(task: MachineTask): Promise<void> {
      await maintenance.uncordon(apiAccess(task), task.machine.name, cancellationSignal());
    },

    /** @throws DrainImpossibleError where asking again would not help */
    async drainNode(task: MachineTask & { readonly drainTimeoutMs?: number }): Promise<DrainResult> {
      const signal = cancellationSignal();
      const access = apiAccess(task);
      const node = task.machine.name;
      return drain({
        maintenance,
        access,
        node,
        signal,
        isReachable: () => isReachable(access, node, signal),
        elapsedMs: () => now() - activityStartedAt(),
        ...(task.drainTimeoutMs === undefined ? {} : { timeoutMs: task.drainTimeoutMs }),
        onProgress: (waitingFor) => reportProgress({ phase: 'drain', waitingFor }),
      });
    },

    async waitForVolumesDetached(task: MachineTask & { readonly volumeDetachTimeoutMs?: number }): Promise<{ readonly left: readonly string[] }> {
      const signal = cancellationSignal();
      const access = apiAccess(task);
      const { name } = task.machine;
      const timeoutMs = task.volumeDetachTimeoutMs;
      for (;;) {
        const [attached, pods, reachable] = await Promise.all([
          maintenance.listAttachedVolumes(access, name, signal),
          maintenance.listPods(access, name, signal),
          isReachable(access, name, signal),
        ]);
        const decision = decideVolumeDetach({
          attached,
          claimsOfLeftPods: pods.flatMap(({ claims = [] }) => claims),
          reachable,
          elapsedMs: now() - activityStartedAt(),
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
        });
        if (decision.action === 'done') return { left: [] };
        if (decision.action === 'giveUp') return { left: decision.left };
        reportProgress({ phase: 'volumes detached', waitingFor: decision.waitingFor.slice(0, 3).join(', ') });
        await sleep(pollMs, undefined, { signal });
      }
    },

    /** For a Node that did not answer, now that its Machine is off for certain; then waits, not for long, for what Kubernetes makes of it. */
    async markOutOfService(task: MachineTask): Promise<{ readonly left: readonly string[] }> {
      const signal = cancellationSignal();
      const access = apiAccess(task);
      const { name } = task.machine;
      await maintenance.taintOutOfService(access, name, signal);
      for (;;) {
        const [pods, attached] = await Promise.all([maintenance.listPods(access, name, signal), maintenance.listAttachedVolumes(access, name, signal)]);
        const decision = decideRelease({ pods, attached, elapsedMs: now() - activityStartedAt() });
        if (decision.action === 'done') return { left: [] };
        if (decision.action === 'giveUp') return { left: decision.left };
        reportProgress({ phase: 'out of service', waitingFor: decision.waitingFor.slice(0, 3).join(', ') });
        await sleep(pollMs, undefined, { signal });
      }
    },

    /** A courtesy to its clients: a Machine that cannot be reached any more has none. */
    async stopApiServer(task: MachineTask): Promise<{ readonly stopped: boolean }> {
      const signal = cancellationSignal();
      try {
        const { exitCode } = await bootstrapper.stopApiServer(sshTarget(task), signal);
        return { stopped: exitCode === 0 };
      } catch {
        signal.throwIfAborted();
        return { stopped: false };
      }
    },

    async deleteMachine(task: MachineTask): Promise<void> {
      const { cluster, allocation, machine } = task;
      await provider.deleteMachine({ cluster, allocation, machine: machine.name, machineUid: machine.uid }, cancellationSignal());
    },

    async deleteNode(task: MachineTask): Promise<void> {
      await maintenance.deleteNode(apiAccess(task), task.machine.name, cancellationSignal());
    },
  };
}
