import { setTimeout as sleep } from 'node:timers/promises';
import { drain, type DrainResult } from './kubernetes/drain.ts';
import type { MachineTask } from './infrastructure-activities.ts';
import { apiAccess } from './kubernetes-activities.ts';
import { activityStartedAt, cancellationSignal, reportProgress } from './progress.ts';
import type { Bootstrapper } from './seams/bootstrapper.ts';
import type { MachineProvider } from './seams/machine-provider.ts';
import type { NodeMaintenance } from './seams/node-maintenance.ts';
import type { WorkloadCluster } from './seams/workload-cluster.ts';
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
  return {
    async cordonNode(task: MachineTask): Promise<{ readonly exists: boolean }> {
      return { exists: await maintenance.cordon(apiAccess(task), task.machine.name, cancellationSignal()) };
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
        isReachable: async () => (await workload.listNodes(access, signal)).find(({ name }) => name === node)?.ready !== 'Unknown',
        elapsedMs: () => now() - activityStartedAt(),
        ...(task.drainTimeoutMs === undefined ? {} : { timeoutMs: task.drainTimeoutMs }),
        onProgress: (waitingFor) => reportProgress({ phase: 'drain', waitingFor }),
      });
    },

    async waitForVolumesDetached(task: MachineTask & { readonly volumeDetachTimeoutMs?: number }): Promise<{ readonly left: readonly string[] }> {
      const signal = cancellationSignal();
      const { volumeDetachTimeoutMs: timeoutMs = 0 } = task;
      for (;;) {
        const left = await maintenance.listAttachedVolumes(apiAccess(task), task.machine.name, signal);
        if (left.length === 0 || (timeoutMs > 0 && now() - activityStartedAt() >= timeoutMs)) return { left };
        reportProgress({ phase: 'volumes detached', waitingFor: left.slice(0, 3).join(', ') });
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
