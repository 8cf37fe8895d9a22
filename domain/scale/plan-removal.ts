import { condition, failingReasons, type Condition } from '../conditions.ts';
import { etcdHasQuorum, etcdMembersKnown, oneChangeAtATime } from '../quorum/checks.ts';
import { memberOf, type ControlPlaneMachine, type ControlPlaneView } from '../quorum/control-plane-view.ts';
import { isUntouched } from '../machine.ts';
import type { EtcdMember } from '../quorum/etcd-member.ts';
import { countMembership, type Membership } from '../quorum/membership.ts';
import { preflight } from '../quorum/preflight.ts';

/** What comes next for a control-plane Machine that is to go; `memberId` is its own. */
export type RemovalStage =
  | { readonly stage: 'moveLeader'; readonly memberId: string; readonly reasons: readonly string[] }
  | { readonly stage: 'removeMember'; readonly memberId: string; readonly before: Membership; readonly after: Membership; readonly reasons: readonly string[] }
  | { readonly stage: 'deleteMachine'; readonly reasons: readonly string[] }
  | { readonly stage: 'wait'; readonly checks: readonly Condition[]; readonly reasons: readonly string[] };

/**
 * Made from what is observed alone, so it goes on wherever a step before it has stopped: a member
 * that is gone is not looked for again (CAPI#4365), and a Machine is never deleted while etcd lists
 * its member (CAPI#11772). Asked before the drain and again right before each stage, as Cluster API's
 * reconcilePreTerminateHook does: a leader may have been elected, a member may have failed since.
 */
export function planRemoval(view: ControlPlaneView, machine: ControlPlaneMachine): RemovalStage {
  if (isUntouched(machine)) return { stage: 'deleteMachine', reasons: ['kubeadm has not touched it'] };
  const { etcd } = view;
  const first = [oneChangeAtATime(view, machine.name), etcdMembersKnown(view)];
  if (!etcd.known || isHeldUp(first)) return wait(first);
  const own = memberOf(view, machine);
  if (own === undefined) return { stage: 'deleteMachine', reasons: ['etcd lists no member for it'] };
  return own.learner ? removeLearner(etcd.value, own, first) : removeVoter(view, { machine, own, members: etcd.value });
}

/** It does not vote: no majority depends on it, whatever the others are like. */
function removeLearner(members: readonly EtcdMember[], own: EtcdMember, first: readonly Condition[]): RemovalStage {
  const checks = [...first, etcdHasQuorum(members)];
  return isHeldUp(checks) ? wait(checks) : removeMember(members, own, 'its member does not vote');
}

type Voter = { readonly machine: ControlPlaneMachine; readonly own: EtcdMember; readonly members: readonly EtcdMember[] };

function removeVoter(view: ControlPlaneView, { machine, own, members }: Voter): RemovalStage {
  const { checks } = preflight(view, { kind: 'remediate', machine });
  const all = own.healthy ? [...checks, leaderKnown(members)] : checks;
  if (isHeldUp(all)) return wait(all);
  if (own.leader === true) return { stage: 'moveLeader', memberId: own.id, reasons: ['its member leads: another takes over first'] };
  return removeMember(members, own, 'the others keep a healthy majority');
}

function removeMember(members: readonly EtcdMember[], own: EtcdMember, reason: string): RemovalStage {
  const after = countMembership(members.filter(({ id }) => id !== own.id));
  return { stage: 'removeMember', memberId: own.id, before: countMembership(members), after, reasons: [reason] };
}

/** Without knowing who leads, an election might be caused that a moment's patience avoids. */
function leaderKnown(members: readonly EtcdMember[]): Condition {
  const type = 'EtcdLeaderKnown';
  if (members.some(({ leader }) => leader === true)) return condition(type, 'True', { reason: 'Known' });
  return condition(type, 'Unknown', { reason: 'NoLeader', message: 'no member is known to lead' });
}

function isHeldUp(checks: readonly Condition[]): boolean {
  return checks.some(({ status }) => status !== 'True');
}

function wait(checks: readonly Condition[]): RemovalStage {
  return { stage: 'wait', checks, reasons: failingReasons(checks) };
}
