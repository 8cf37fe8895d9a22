import { hasJoined, isStaying, type Machine } from '../machine.ts';
import { describeMember, isMemberOf, type EtcdMember } from '../quorum/etcd-member.ts';
import type { Step } from '../step.ts';

export type SnapshotMachine = Pick<Machine, 'name' | 'address' | 'role' | 'phase' | 'deletion'>;

export type MemberChoice<M extends SnapshotMachine> =
  | { readonly action: 'snapshot'; readonly machine: M; readonly reasons: readonly string[] }
  | { readonly action: 'refuse'; readonly reasons: readonly string[] };

/**
 * Whose snapshot to take: a member that votes, answers, and stays. Not the leader where another will
 * do, for it has enough to do; by name among equals. An alarm about space does not matter: a snapshot
 * only reads. Data that etcd itself calls corrupt is no backup.
 */
export function chooseSnapshotMember<M extends SnapshotMachine>(request: {
  readonly machines: readonly M[];
  readonly members: readonly EtcdMember[];
  /** Names of Machines that a step under way, or the next one, takes out. */
  readonly leaving: readonly string[];
}): MemberChoice<M> {
  const { members, leaving } = request;
  const candidates = request.machines.filter(({ role }) => role === 'control-plane').toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const judged = candidates.map((machine) => {
    const member = members.find((listed) => isMemberOf(listed, machine));
    return { machine, member, refusal: refusalOf(machine, member, leaving) };
  });
  const good = judged.filter(({ refusal }) => refusal === undefined);
  const chosen = good.find(({ member }) => member?.leader !== true) ?? good[0];
  if (chosen === undefined) {
    const reasons = judged.map(({ machine, refusal }) => `${machine.name} ${refusal ?? ''}`);
    return { action: 'refuse', reasons: reasons.length === 0 ? ['there is no control-plane Machine'] : reasons };
  }
  const others = judged.flatMap(({ machine, refusal }) => (refusal === undefined ? [] : [`${machine.name} ${refusal}`]));
  const why = chosen.member?.leader === true ? 'the only healthy member that stays' : 'healthy, stays, and does not lead';
  return { action: 'snapshot', machine: chosen.machine, reasons: [why, ...others] };
}

function refusalOf(machine: SnapshotMachine, member: EtcdMember | undefined, leaving: readonly string[]): string | undefined {
  if (!isStaying(machine) || leaving.includes(machine.name)) return 'is about to go';
  if (!hasJoined(machine)) return 'has not joined yet';
  if (member === undefined) return 'has no member';
  if (member.learner) return 'is a learner still';
  if (!member.healthy) return `does not answer (${describeMember(member)})`;
  return (member.alarms ?? []).includes('CORRUPT') ? 'has data that etcd calls corrupt' : undefined;
}

/** Machines whose member a step under way takes out of etcd. */
export function leavingMachines(steps: readonly Pick<Step, 'kind' | 'state' | 'machine'>[]): readonly string[] {
  return steps.flatMap(({ kind, state, machine }) => (kind === 'RemoveMachine' && state === 'Running' && machine !== undefined ? [machine] : []));
}
