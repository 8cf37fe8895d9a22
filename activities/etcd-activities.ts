import { setTimeout as sleep } from 'node:timers/promises';
import { decideJoin } from '../domain/quorum/decide-join.ts';
import { isMemberOf } from '../domain/quorum/etcd-member.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineTask } from './infrastructure-activities.ts';
import { cancellationSignal, reportProgress } from './progress.ts';
import type { EtcdMembers } from './seams/etcd-members.ts';
import type { SshTarget } from './seams/command-runner.ts';
import { sshTarget } from './ssh-target.ts';

type MemberTask = MachineTask & { readonly machines: readonly Machine[] };

const pollMs = 1000;

/** Effects on etcd's membership: one writer, and that is the cluster's workflow. */
export function createEtcdActivities(deps: { readonly members: EtcdMembers }) {
  const { members } = deps;
  return {
    async waitForHealthyMembers(task: MemberTask): Promise<void> {
      const signal = cancellationSignal();
      for (;;) {
        const decision = decideJoin(await members.list(servingMachine(task), signal), task.machine);
        if (decision.action === 'join') return;
        reportProgress({ phase: 'etcd members', waitingFor: decision.reasons.join('; ') });
        await sleep(pollMs, undefined, { signal });
      }
    },

    /** Undoes the member that a failed join of this Machine added, whether it ever started or not. */
    async removeStaleEtcdMember(task: MemberTask): Promise<{ readonly removed: readonly string[] }> {
      const signal = cancellationSignal();
      const via = servingMachine(task);
      const stale = (await members.list(via, signal)).filter((member) => isMemberOf(member, task.machine));
      for (const member of stale) await members.remove(via, member.id, signal);
      return { removed: stale.map((member) => member.id) };
    },
  };
}

/** A control-plane Machine other than the one at hand that has joined. */
function servingMachine(task: MemberTask): SshTarget {
  const serving = task.machines.find(
    (machine) =>
      machine.role === 'control-plane' &&
      machine.name !== task.machine.name &&
      (machine.phase === 'Joined' || machine.phase === 'Running'),
  );
  if (serving === undefined) throw new Error(`no control-plane Machine serves beside ${task.machine.name}`);
  return sshTarget({ cluster: task.cluster, machine: serving });
}
