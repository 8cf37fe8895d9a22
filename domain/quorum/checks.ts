import { condition, type Condition } from '../conditions.ts';
import { hasJoined } from '../machine.ts';
import { componentOf, isOperational, memberOf, strayMembers, type ComponentCondition, type ControlPlaneMachine, type ControlPlaneView } from './control-plane-view.ts';
import { decideJoin } from './decide-join.ts';
import { describeMember, isSound, type EtcdMember } from './etcd-member.ts';
import { describeMembership, countMembership, hasLostQuorum } from './membership.ts';
import { targetMembershipSafe, type MembershipChange } from './target-membership.ts';

/** One question each, answered as a condition: False and Unknown both mean wait. */

type Finding = { readonly name: string; readonly status: Condition['status']; readonly message: string };

export function certificatesAvailable({ certificates }: ControlPlaneView): Condition {
  const type = 'CertificatesAvailable';
  if (certificates === 'True') return condition(type, 'True', { reason: 'Available' });
  const reason = certificates === 'False' ? 'Missing' : 'NotObserved';
  return condition(type, certificates, { reason, message: 'without the cluster’s keys and certificates no Machine can join' });
}

export function noMachineDeleting(view: ControlPlaneView, except?: string): Condition {
  const deleting = view.machines.filter(({ name, phase }) => phase === 'Deleting' && name !== except);
  return answer('NoMachineDeleting', 'MachineDeleting', deleting.map(({ name }) => `${name} is on its way out`));
}

export function oneChangeAtATime(view: ControlPlaneView, own?: string): Condition {
  const others = view.inFlight.filter(({ machine }) => machine !== own);
  const problems = others.map(({ machine, change }) => `${machine} is being ${change === 'add' ? 'added' : 'removed'}: one membership change at a time`);
  return answer('NoChangeInFlight', 'ChangeInFlight', problems);
}

export function componentHealthy(type: ComponentCondition, machines: readonly ControlPlaneMachine[]): Condition {
  return gather(type, machines.map((machine) => ({ name: machine.name, ...componentOf(machine, type) })));
}

/** Each of these Machines has a member that votes, answers and has no alarm. */
export function etcdMemberHealthy(view: ControlPlaneView, machines: readonly ControlPlaneMachine[]): Condition {
  return gather('EtcdMemberHealthy', machines.map((machine) => ({ name: machine.name, ...judgeMember(memberOf(view, machine)) })));
}

function judgeMember(member: EtcdMember | undefined): Omit<Finding, 'name'> {
  if (member === undefined) return { status: 'False', message: 'etcd lists no member for it' };
  if (member.learner) return { status: 'False', message: 'its member is still a learner' };
  if (isSound(member)) return { status: 'True', message: '' };
  const alarms = member.alarms ?? [];
  return { status: 'False', message: alarms.length > 0 ? describeAlarms(member) : 'its member does not answer' };
}

/** An alarm stays until a person disarms it: etcd with one is not what a Machine is made for. */
export function etcdNoAlarms(members: readonly EtcdMember[]): Condition {
  const raised = members.filter(({ alarms = [] }) => alarms.length > 0).map((member) => `${describeMember(member)}: ${describeAlarms(member)}`);
  return answer('EtcdNoAlarms', 'AlarmRaised', raised);
}

function describeAlarms({ name, alarms = [] }: EtcdMember): string {
  const advice = alarms.includes('NOSPACE') ? `; make space there, then slipway ssh ${name === '' ? 'MACHINE' : name} and etcdctl compact, defrag and alarm disarm, as docs/operations.md has them` : '';
  return `its member has the alarm ${alarms.join(', ')}${advice}`;
}

/** Without a list of members nothing can be said of a quorum; without a majority nothing can be changed. */
export function etcdMembersKnown({ etcd }: ControlPlaneView): Condition {
  const type = 'EtcdMembersKnown';
  if (!etcd.known) return condition(type, 'Unknown', { reason: 'NotObserved', message: etcd.reason });
  if (etcd.value.length === 0) return condition(type, 'Unknown', { reason: 'EmptyMemberList', message: 'etcd lists no member' });
  return condition(type, 'True', { reason: 'Known' });
}

export function etcdHasQuorum(members: readonly EtcdMember[]): Condition {
  const message = `etcd has lost its majority: ${describeMembership(countMembership(members))}`;
  return answer('EtcdHasQuorum', 'QuorumLost', hasLostQuorum(members) ? [message] : []);
}

/** Each joined Machine has a member, and each member a Machine. */
export function membersMatchMachines(view: ControlPlaneView, except?: string): Condition {
  const missing = view.machines.filter((machine) => hasJoined(machine) && machine.name !== except && memberOf(view, machine) === undefined);
  return answer('EtcdMembersMatchMachines', 'Mismatch', [
    ...missing.map(({ name }) => `etcd lists no member for ${name}`),
    ...strayMembers(view).map((member) => `${describeMember(member)} belongs to no Machine`),
  ]);
}

export function etcdTargetHealthy(members: readonly EtcdMember[], change: MembershipChange): Condition {
  const { safe, reasons } = targetMembershipSafe(members, change);
  return answer('EtcdTargetHealthy', 'QuorumAtRisk', safe ? [] : reasons);
}

export function etcdAcceptsMember(members: readonly EtcdMember[], joining: Pick<ControlPlaneMachine, 'name' | 'address'> | undefined): Condition {
  const { action, reasons } = decideJoin(members, joining ?? { name: '', address: '' });
  return answer('EtcdAcceptsMember', 'NotAllVotersHealthy', action === 'join' ? [] : reasons);
}

/** At least one Machine beside `without` serves as a whole: joins need it, and so do users. */
export function controlPlaneOperational(view: ControlPlaneView, without?: string): Condition {
  const others = view.machines.filter((machine) => machine.name !== without && hasJoined(machine));
  const message = `no control-plane Machine${without === undefined ? '' : ` but ${without}`} has all its components healthy`;
  return answer('ControlPlaneOperational', 'NoneOperational', others.some(isOperational) ? [] : [message]);
}

/** The last one takes the cluster with it: that is another command. */
export function moreThanOneReplica(view: ControlPlaneView, machine: ControlPlaneMachine): Condition {
  const others = view.machines.filter((other) => other.name !== machine.name && hasJoined(other));
  return answer('MoreThanOneReplica', 'LastReplica', others.length > 0 ? [] : [`${machine.name} is the only control-plane Machine that has joined`]);
}

function answer(type: string, reason: string, problems: readonly string[]): Condition {
  return problems.length === 0 ? condition(type, 'True', { reason: type }) : condition(type, 'False', { reason, message: problems.join('; ') });
}

/** False where one is, else Unknown where one is; the message names those, not the rest. */
function gather(type: string, findings: readonly Finding[]): Condition {
  const status = (['False', 'Unknown'] as const).find((candidate) => findings.some((finding) => finding.status === candidate));
  if (status === undefined) return condition(type, 'True', { reason: type });
  const message = findings.filter((finding) => finding.status !== 'True').map((finding) => `${finding.name}: ${finding.message}`).join('; ');
  return condition(type, status, { reason: status === 'False' ? 'NotHealthy' : 'NotObserved', message });
}
