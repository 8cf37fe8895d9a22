import { describeMember, isSound, type EtcdMember } from './etcd-member.ts';
import { countMembership, describeMembership, measure, type Membership } from './membership.ts';

/** One member more, or without the one that has that ID. */
export type MembershipChange = { readonly kind: 'add' } | { readonly kind: 'remove'; readonly memberId: string };

export type TargetMembership = {
  readonly safe: boolean;
  readonly before: Membership;
  /** As it would be, the new member taken for unhealthy where that is the worse case. */
  readonly after: Membership;
  readonly reasons: readonly string[];
};

/**
 * May the list of members become the one that this change makes of it? Only if a majority of the
 * voters there is healthy, and nobody is still learning or has yet to start (Cluster API
 * remediation.go, targetEtcdClusterHealthy; the member that is itself removed does not count).
 *
 * A new member counts as an unhealthy voter: it may fail right after it was promoted. Where there is
 * one member or none that cannot be asked, or no cluster would ever grow. A member of no Machine is
 * judged like any other, by its own endpoint and its alarms: Cluster API, which cannot ask it, takes
 * it for healthy, and so would count on one that is dead.
 */
export function targetMembershipSafe(members: readonly EtcdMember[], change: MembershipChange): TargetMembership {
  const before = countMembership(members);
  const rest = change.kind === 'remove' ? members.filter(({ id }) => id !== change.memberId) : members;
  const after = change.kind === 'add' ? withNewVoter(before, members.length) : countMembership(rest);
  const learning = rest.flatMap((member) => stillLearning(member));
  const isMajority = after.tolerance >= 0;
  const safe = isMajority && learning.length === 0;
  const target = `etcd would have ${describeMembership(after)}`;
  if (safe) return { safe, before, after, reasons: [target] };
  const failing = rest.filter((member) => !member.learner && !isSound(member)).map((member) => `${describeMember(member)} is not healthy`);
  return { safe, before, after, reasons: [...(isMajority ? [] : [target]), ...learning, ...(isMajority ? [] : failing)] };
}

/** One that has not started has no name: it may vote by now (kubeadm#3287), but is on its way in all the same. */
function stillLearning(member: EtcdMember): readonly string[] {
  if (member.learner) return [`${describeMember(member)} is still a learner`];
  return member.name === '' ? [`${describeMember(member)} has yet to start`] : [];
}

function withNewVoter(before: Membership, members: number): Membership {
  return measure({ ...before, voters: before.voters + 1, unhealthy: before.unhealthy + (members > 1 ? 1 : 0) });
}
