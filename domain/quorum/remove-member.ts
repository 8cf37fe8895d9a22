import { isStaying, type Machine } from '../machine.ts';
import { isMemberOf, isSound, type EtcdMember } from './etcd-member.ts';
import { targetMembershipSafe } from './target-membership.ts';

/** What an activity decides on the spot, from etcd's own list, right before it changes membership. */

type Leaving = { readonly machine: Pick<Machine, 'name' | 'address'>; readonly machines: readonly Machine[] };

export type LeaderMove = { readonly action: 'stay' } | { readonly action: 'move'; readonly memberId: string; readonly name: string };

/**
 * To the newest Machine's member, as Cluster API does it (scale.go, ForwardEtcdLeadership): the one
 * that stays longest. One that is to go itself would only have to hand it on again.
 */
export function decideLeaderMove(members: readonly EtcdMember[], { machine, machines }: Leaving): LeaderMove {
  const leads = members.some((member) => member.leader === true && isMemberOf(member, machine));
  if (!leads) return { action: 'stay' };
  const ownerOf = (member: EtcdMember): Machine | undefined => machines.find((candidate) => isMemberOf(member, candidate));
  const age = (member: EtcdMember): number => ownerOf(member)?.createdAt ?? 0;
  const [heir] = members
    .filter((member) => !member.learner && isSound(member) && !isMemberOf(member, machine))
    .filter((member) => isStaying(ownerOf(member) ?? { phase: 'Running' }))
    .toSorted((a, b) => age(b) - age(a) || a.name.localeCompare(b.name));
  return heir === undefined ? { action: 'stay' } : { action: 'move', memberId: heir.id, name: heir.name };
}

export type MemberRemoval =
  | { readonly action: 'remove'; readonly memberId: string }
  | { readonly action: 'gone' }
  | { readonly action: 'refuse'; readonly reasons: readonly string[] };

/**
 * `expected`: IDs of the members when the removal was planned. Another list by now means that
 * somebody else changes membership too, or that the plan is old: then nothing is done.
 */
export function decideMemberRemoval(members: readonly EtcdMember[], { machine, expected }: Leaving & { readonly expected: readonly string[] }): MemberRemoval {
  return decide(members, { own: members.find((member) => isMemberOf(member, machine)), expected });
}

/** Of a member that belongs to no Machine; one that has got a Machine meanwhile is left alone. */
export function decideStrayRemoval(
  members: readonly EtcdMember[],
  { memberId, machines, expected }: { readonly memberId: string; readonly machines: readonly Machine[]; readonly expected: readonly string[] },
): MemberRemoval {
  const own = members.find(({ id }) => id === memberId);
  const owner = own === undefined ? undefined : machines.find((machine) => isMemberOf(own, machine));
  if (owner !== undefined) return { action: 'refuse', reasons: [`it is the member of Machine ${owner.name}`] };
  return decide(members, { own, expected });
}

function decide(members: readonly EtcdMember[], { own, expected }: { readonly own: EtcdMember | undefined; readonly expected: readonly string[] }): MemberRemoval {
  if (own === undefined) return { action: 'gone' };
  const missing = expected.filter((id) => !members.some((member) => member.id === id));
  const unexpected = members.filter(({ id }) => expected.length > 0 && !expected.includes(id)).map(({ id }) => id);
  if (missing.length + unexpected.length > 0) {
    return { action: 'refuse', reasons: [`etcd's members are not those of the plan (missing: ${list(missing)}; unexpected: ${list(unexpected)})`] };
  }
  const target = targetMembershipSafe(members, { kind: 'remove', memberId: own.id });
  return target.safe ? { action: 'remove', memberId: own.id } : { action: 'refuse', reasons: target.reasons };
}

function list(ids: readonly string[]): string {
  return ids.length === 0 ? 'none' : ids.join(', ');
}
