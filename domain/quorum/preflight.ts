import { failingReasons, type Condition } from '../conditions.ts';
import {
  certificatesAvailable,
  componentHealthy,
  controlPlaneOperational,
  etcdAcceptsMember,
  etcdHasQuorum,
  etcdMemberHealthy,
  etcdMembersKnown,
  etcdTargetHealthy,
  membersMatchMachines,
  moreThanOneReplica,
  noMachineDeleting,
  oneChangeAtATime,
} from './checks.ts';
import { hasJoined } from '../machine.ts';
import { componentConditions, memberOf, type ControlPlaneMachine, type ControlPlaneView } from './control-plane-view.ts';
import { etcdUpgradeSafe } from '../version/etcd-upgrade.ts';
import { isMemberOf, type EtcdMember } from './etcd-member.ts';

/**
 *  scaleUp    `machine` is to join. `replacing`: one that had failed was removed to make room for it
 *  scaleDown  `machine` is to go although nothing is wrong with it
 *  remediate  `machine` is to go because something is, or is on its way out already
 */
export type PreflightRequest =
  | { readonly kind: 'scaleUp'; readonly machine?: ControlPlaneMachine; readonly replacing?: boolean }
  | { readonly kind: 'scaleDown'; readonly machine: ControlPlaneMachine }
  | { readonly kind: 'remediate'; readonly machine: ControlPlaneMachine };

export type PreflightResult = {
  readonly action: 'go' | 'wait';
  /** All of them, in the order in which they are asked, for `describe`; see dateChecks for "since when". */
  readonly checks: readonly Condition[];
  readonly reasons: readonly string[];
};

/**
 * May this change begin? Cluster API's checks in its order (preflight.go, preflightChecks and
 * checkHealthiness; remediation.go, canSafelyRemediateMachine; reconcilePreTerminateHook). Left out is
 * what concerns ClusterClass. Added: one change at a time is asked of the steps that run, not guessed
 * from Machines; a list of members that differs from the Machines stops growth; a join is asked what
 * etcd's own strict check would say, before it leaves a learner behind; and a lost majority is said
 * by name. Where a rollout brings another etcd, what is there must be fit for it.
 *
 * Of a Machine that has only just joined, its components are not waited for when the next one joins:
 * its member votes, which is what etcd asks for, and API servers start side by side.
 */
export function preflight(view: ControlPlaneView, request: PreflightRequest): PreflightResult {
  if (view.machines.length === 0) return { action: 'go', checks: [], reasons: ['there is no control-plane Machine yet'] };
  return conclude(checksFor[request.kind](view, request.machine, request.kind === 'scaleUp' && request.replacing === true));
}

type Checks = (view: ControlPlaneView, machine: ControlPlaneMachine | undefined, replacing: boolean) => readonly Condition[];

const checksFor: Readonly<Record<PreflightRequest['kind'], Checks>> = {
  scaleUp: (view, machine, replacing) => {
    const joined = view.machines.filter((other) => hasJoined(other) && other.name !== machine?.name);
    const settled = joined.filter(({ phase }) => phase === 'Running');
    return [
      certificatesAvailable(view),
      noMachineDeleting(view),
      oneChangeAtATime(view, machine?.name),
      ...(replacing ? [controlPlaneOperational(view, machine?.name)] : componentConditions.map((type) => componentHealthy(type, settled))),
      ...etcdChecks(view, (members) => [
        ...(replacing ? [] : [etcdMemberHealthy(view, joined)]),
        membersMatchMachines(view, machine?.name),
        ...(isListed(view, machine) ? [] : [etcdTargetHealthy(members, { kind: 'add' })]),
        etcdAcceptsMember(members, machine),
        // Its own member, which may not have started, is what joins.
        ...(view.joining === undefined ? [] : [etcdUpgradeSafe(members.filter((member) => machine === undefined || !isMemberOf(member, machine)), view.joining)]),
      ]),
    ];
  },
  scaleDown: (view, machine) => {
    const staying = view.machines.filter((other) => hasJoined(other) && other.name !== machine?.name);
    return [
      noMachineDeleting(view, machine?.name),
      oneChangeAtATime(view, machine?.name),
      ...(machine === undefined ? [] : [moreThanOneReplica(view, machine)]),
      ...componentConditions.map((type) => componentHealthy(type, staying)),
      ...etcdChecks(view, (members) => [
        etcdMemberHealthy(view, staying),
        membersMatchMachines(view, machine?.name),
        ...removalChecks(view, machine, members),
      ]),
    ];
  },
  remediate: (view, machine) => [
    oneChangeAtATime(view, machine?.name),
    ...(machine === undefined ? [] : [moreThanOneReplica(view, machine)]),
    controlPlaneOperational(view, machine?.name),
    ...etcdChecks(view, (members) => removalChecks(view, machine, members)),
  ],
};

/** What asks of members is asked only where they are known, and may be changed at all. */
function etcdChecks(view: ControlPlaneView, more: (members: readonly EtcdMember[]) => readonly Condition[]): readonly Condition[] {
  const known = etcdMembersKnown(view);
  if (!view.etcd.known || known.status !== 'True') return [known];
  const quorum = etcdHasQuorum(view.etcd.value);
  return quorum.status === 'True' ? [known, quorum, ...more(view.etcd.value)] : [known, quorum];
}

/** A Machine without a member changes nothing in etcd by going. */
function removalChecks(view: ControlPlaneView, machine: ControlPlaneMachine | undefined, members: readonly EtcdMember[]): readonly Condition[] {
  const member = machine === undefined ? undefined : memberOf(view, machine);
  return member === undefined ? [] : [etcdTargetHealthy(members, { kind: 'remove', memberId: member.id })];
}

function isListed(view: ControlPlaneView, machine: ControlPlaneMachine | undefined): boolean {
  return machine !== undefined && memberOf(view, machine) !== undefined;
}

function conclude(checks: readonly Condition[]): PreflightResult {
  const reasons = failingReasons(checks);
  return reasons.length === 0 ? { action: 'go', checks, reasons: ['every preflight check passes'] } : { action: 'wait', checks, reasons };
}
