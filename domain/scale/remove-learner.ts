import { describeMember, type EtcdMember } from '../quorum/etcd-member.ts';
import { countMembership } from '../quorum/membership.ts';
import type { QuorumStep } from './control-plane-plan.ts';

/**
 * A learner whose join has stopped, where a voter has to go first: beside it no voter may go, and with
 * that voter lost it cannot be promoted. It is taken out, and its Machine joins again.
 * undefined: there is none.
 */
export function removeLearner(members: readonly EtcdMember[], first: string): QuorumStep | undefined {
  const learner = members.find((member) => member.learner);
  if (learner === undefined) return undefined;
  return {
    action: 'removeMember',
    memberId: learner.id,
    before: countMembership(members),
    after: countMembership(members.filter((member) => member !== learner)),
    reasons: [`${describeMember(learner)} stands in the way: ${first} has to go before anything joins`],
  };
}
