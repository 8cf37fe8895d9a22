import { failingReasons } from '../conditions.ts';
import { membersMatchMachines, etcdTargetHealthy } from '../quorum/checks.ts';
import { hasJoined } from '../machine.ts';
import { memberOf, strayMembers, type ControlPlaneView } from '../quorum/control-plane-view.ts';
import { describeMember, isSound, type EtcdMember } from '../quorum/etcd-member.ts';
import { countMembership } from '../quorum/membership.ts';
import type { QuorumStep } from './control-plane-plan.ts';
import { removeLearner } from './remove-learner.ts';

/**
 * A member of no Machine was left behind by a join that failed (CAPI#13221) or by a Machine that went
 * without it. Learners first, then voters that are lost. As long as a Machine lacks its member, a
 * voter may be that one under another name: it is left alone (kubeadmcontrolplane_controller.go,
 * reconcileEtcdMembers). undefined: there is none.
 */
export function planStrayMember(view: ControlPlaneView, members: readonly EtcdMember[]): QuorumStep | undefined {
  const [stray] = strayMembers(view).toSorted((a, b) => rank(a) - rank(b));
  if (stray === undefined) return undefined;
  if (!stray.learner) {
    const isAnybodyMissing = view.machines.some((machine) => hasJoined(machine) && memberOf(view, machine) === undefined);
    const learner = isAnybodyMissing ? undefined : removeLearner(members, describeMember(stray));
    if (learner !== undefined) return learner;
    const check = isAnybodyMissing ? membersMatchMachines(view) : etcdTargetHealthy(members, { kind: 'remove', memberId: stray.id });
    if (check.status !== 'True') return { action: 'wait', checks: [check], reasons: failingReasons([check]) };
  }
  return {
    action: 'removeMember',
    memberId: stray.id,
    before: countMembership(members),
    after: countMembership(members.filter(({ id }) => id !== stray.id)),
    reasons: [`${describeMember(stray)} belongs to no Machine`],
  };
}

function rank(member: EtcdMember): number {
  return member.learner ? 0 : isSound(member) ? 2 : 1;
}
