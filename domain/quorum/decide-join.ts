import type { Machine } from '../machine.ts';
import { describeMember, isMemberOf, isSound, type EtcdMember } from './etcd-member.ts';

export type JoinDecision = { readonly action: 'join' | 'wait'; readonly reasons: readonly string[] };

/**
 * May `joining` become the next member? etcd takes one learner at a time and, with strict
 * reconfiguration, adds none while a voter is not connected (etcd server.go, mayAddMember); a join
 * that begins in that state fails minutes later and leaves its learner behind.
 */
export function decideJoin(members: readonly EtcdMember[], joining: Pick<Machine, 'name' | 'address'>): JoinDecision {
  const others = members.filter((member) => !isMemberOf(member, joining));
  if (others.length === 0) return { action: 'wait', reasons: ['etcd lists no member yet'] };
  const reasons = others.flatMap((member) => {
    if (member.learner) return [`${describeMember(member)} is still a learner`];
    return isSound(member) ? [] : [`${describeMember(member)} is not healthy`];
  });
  return reasons.length === 0 ? { action: 'join', reasons: ['every voter is healthy'] } : { action: 'wait', reasons };
}
