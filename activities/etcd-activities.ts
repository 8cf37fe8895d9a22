import { setTimeout as sleep } from 'node:timers/promises';
import { decideJoin } from '../domain/quorum/decide-join.ts';
import { isMemberOf } from '../domain/quorum/etcd-member.ts';
import type { EtcdMember } from '../domain/quorum/etcd-member.ts';
import { hasJoined, type Machine } from '../domain/machine.ts';
import { findMemberListDifferences } from '../domain/quorum/member-lists.ts';
import { decideLeaderMove, decideMemberRemoval, decideStrayRemoval } from '../domain/quorum/remove-member.ts';
import { askServing } from './etcd/ask-serving.ts';
import { MemberListsDifferError, MembershipRefusedError } from './etcd/errors.ts';
import type { MachineTask } from './infrastructure-activities.ts';
import { cancellationSignal, reportProgress } from './progress.ts';
import type { EtcdMembers } from './seams/etcd-members.ts';
import { sshTarget } from './ssh-target.ts';

type MemberTask = MachineTask & { readonly machines: readonly Machine[] };

const pollMs = 1000;

/** Effects on etcd's membership: one writer, and that is the cluster's workflow. */
export function createEtcdActivities(deps: { readonly members: EtcdMembers }) {
  const { members } = deps;

  const observe = (task: MemberTask): Promise<readonly EtcdMember[]> => {
    const signal = cancellationSignal();
    return askServing({ ...task, except: task.machine.name, signal }, (via) => members.observe(via, signal));
  };

  return {
    async waitForHealthyMembers(task: MemberTask): Promise<void> {
      const signal = cancellationSignal();
      for (;;) {
        const listed = await askServing({ ...task, except: task.machine.name, signal }, (via) => members.list(via, signal));
        const decision = decideJoin(listed, task.machine);
        if (decision.action === 'join') return;
        reportProgress({ phase: 'etcd members', waitingFor: decision.reasons.join('; ') });
        await sleep(pollMs, undefined, { signal });
      }
    },

    /**
     * Asks the etcd of each control-plane Machine for its own list, once this one's member votes.
     * @throws MemberListsDifferError
     */
    async checkMemberLists(task: MemberTask): Promise<void> {
      const { cluster, machine: joining, machines } = task;
      const signal = cancellationSignal();
      const asked = machines.filter((machine) => machine.role === 'control-plane' && (hasJoined(machine) || machine.name === joining.name));
      reportProgress({ phase: 'etcd member lists', waitingFor: asked.map(({ name }) => name).join(', ') });
      const lists = await Promise.all(
        asked.map(async (machine) => ({ machine: machine.name, members: await members.list(sshTarget({ cluster, machine }), signal) })),
      );
      const differences = findMemberListDifferences(lists, { machines, joining });
      if (differences.length > 0) throw new MemberListsDifferError(differences);
    },

    /** Undoes the member that a failed join of this Machine added, whether it ever started or not. */
    async removeStaleEtcdMember(task: MemberTask): Promise<{ readonly removed: readonly string[] }> {
      const signal = cancellationSignal();
      return askServing({ ...task, except: task.machine.name, signal }, async (via) => {
        const stale = (await members.list(via, signal)).filter((member) => isMemberOf(member, task.machine));
        for (const member of stale) await members.remove(via, member.id, signal);
        return { removed: stale.map((member) => member.id) };
      });
    },

    /** Hands the leadership to another voter before this Machine's member goes: an election less. */
    async moveEtcdLeader(task: MemberTask): Promise<{ readonly movedTo?: string }> {
      const signal = cancellationSignal();
      const move = decideLeaderMove(await observe(task), task);
      if (move.action === 'stay') return {};
      reportProgress({ phase: 'etcd leader', waitingFor: `${move.name} to lead` });
      await askServing({ ...task, except: task.machine.name, signal }, (via) => members.moveLeader(via, move.memberId, signal));
      return { movedTo: move.name };
    },

    /**
     * Takes this Machine's member out of etcd, if the members are the expected ones and enough of
     * them are left; one that is gone already is no error.
     * @throws MembershipRefusedError
     */
    async removeEtcdMember(task: MemberTask & { readonly expected: readonly string[] }): Promise<{ readonly removed: readonly string[] }> {
      const signal = cancellationSignal();
      const decision = decideMemberRemoval(await observe(task), task);
      if (decision.action === 'gone') return { removed: [] };
      if (decision.action === 'refuse') throw new MembershipRefusedError(task.machine.name, decision.reasons);
      await askServing({ ...task, except: task.machine.name, signal }, (via) => members.remove(via, decision.memberId, signal));
      return { removed: [decision.memberId] };
    },

    /**
     * Takes a member that belongs to no Machine out of etcd, under the same conditions.
     * @throws MembershipRefusedError
     */
    async removeStrayMember(task: Omit<MemberTask, 'machine'> & { readonly memberId: string; readonly expected: readonly string[] }): Promise<void> {
      const signal = cancellationSignal();
      await askServing({ ...task, signal }, async (via) => {
        const decision = decideStrayRemoval(await members.observe(via, signal), task);
        if (decision.action === 'refuse') throw new MembershipRefusedError(`(none, ${task.memberId})`, decision.reasons);
        if (decision.action === 'remove') await members.remove(via, decision.memberId, signal);
      });
    },
  };
}
