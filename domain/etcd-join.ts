import type { Machine } from './machine.ts';

export type EtcdMember = {
  /** Hexadecimal, as etcdctl takes it. */
  readonly id: string;
  /** Empty until the member has started. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly learner: boolean;
  /** Whether its client endpoint answered; false for a member that never started. */
  readonly healthy: boolean;
};

export type JoinDecision = { readonly action: 'join' | 'wait'; readonly reasons: readonly string[] };

/**
 * May `joining` become the next member? etcd takes one learner at a time and, with strict
 * reconfiguration, adds none while a voter is not connected (etcd server.go, mayAddMember); a join
 * that begins in that state fails minutes later and leaves its learner behind.
 */
export function decideJoin(members: readonly EtcdMember[], joining: Machine): JoinDecision {
  const others = members.filter((member) => !isMemberOf(member, joining));
  if (others.length === 0) return { action: 'wait', reasons: ['etcd lists no member yet'] };
  const reasons = others.flatMap((member) => {
    const who = member.name === '' ? `unstarted member ${member.id}` : `member ${member.name}`;
    if (member.learner) return [`${who} is still a learner`];
    return member.healthy ? [] : [`${who} is not healthy`];
  });
  return reasons.length === 0 ? { action: 'join', reasons: ['every voter is healthy'] } : { action: 'wait', reasons };
}

/** By name, or by address where it never started and so has no name. */
export function isMemberOf(member: EtcdMember, machine: Machine): boolean {
  return member.name === machine.name || member.peerUrls.includes(`https://${machine.address}:2380`);
}
