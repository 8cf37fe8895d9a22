import { addableFrom, isConnected, promotableFrom, quorumOf, serves, voters } from './members.ts';
import type { Outcome } from './outcome.ts';
import { refuse } from './outcome.ts';
import type { EtcdMemberState, SimulatedCluster, SimulatedMachine } from './state.ts';

/** Changes of etcd's membership with strict reconfiguration checks, its default (etcd server.go). */

const refusals = {
  unavailable: 'etcdserver: request timed out',
  learners: 'etcdserver: too many learner members in cluster',
  unhealthy: 'etcdserver: unhealthy cluster',
  exists: 'etcdserver: Peer URLs already exists',
  notFound: 'etcdserver: member not found',
  notStarted: 'etcdserver: re-configuration failed due to not enough started members',
  notReady: 'etcdserver: can only promote a learner member which is in sync with leader',
  notLearner: 'etcdserver: can only promote a learner member',
  badTransfer: 'etcdserver: bad leader transferee',
} as const;

/** The first member of a new cluster: nobody has to agree. */
export function startEtcd(cluster: SimulatedCluster, machine: SimulatedMachine): SimulatedCluster {
  const member = newMember(cluster, machine, false);
  return withMember(cluster, { ...member, name: machine.name });
}

export function addLearner(cluster: SimulatedCluster, machine: SimulatedMachine): Outcome<EtcdMemberState> {
  const { members } = cluster.etcd;
  const member = newMember(cluster, machine, true);
  if (!serves(cluster)) return etcdError(cluster, refusals.unavailable);
  // kubeadm sends one that is there already back to work instead of failing (kubeadm#2095).
  const existing = members.find(({ peerUrl }) => peerUrl === member.peerUrl);
  if (existing !== undefined) return etcdError(cluster, refusals.exists);
  if (members.some(({ learner }) => learner)) return etcdError(cluster, refusals.learners);
  if ((addableFrom(cluster) ?? Infinity) > cluster.at) return etcdError(cluster, refusals.unhealthy);
  return { cluster: withMember(cluster, member), value: member };
}

export function promoteLearner(cluster: SimulatedCluster, memberId: string): Outcome<void> {
  const member = cluster.etcd.members.find(({ id }) => id === memberId);
  if (!serves(cluster)) return etcdError(cluster, refusals.unavailable);
  if (member === undefined) return etcdError(cluster, refusals.notFound);
  if (!member.learner) return etcdError(cluster, refusals.notLearner);
  const isConnectedNow = isConnected(cluster, member);
  if (!isConnectedNow || (promotableFrom(member) ?? Infinity) > cluster.at) return etcdError(cluster, refusals.notReady);
  const { catchUp: _catchUp, ...rest } = member;
  return { cluster: replaceMember(cluster, { ...rest, learner: false }), value: undefined };
}

export function removeMember(cluster: SimulatedCluster, memberId: string): Outcome<void> {
  const member = cluster.etcd.members.find(({ id }) => id === memberId);
  if (!serves(cluster)) return etcdError(cluster, refusals.unavailable);
  if (member === undefined) return etcdError(cluster, refusals.notFound);
  const refusal = member.learner ? undefined : mayNotRemove(cluster, member);
  if (refusal !== undefined) return etcdError(cluster, refusal);
  const { leader, ...etcd } = cluster.etcd;
  const without = {
    ...etcd,
    ...(leader === undefined || leader === memberId ? {} : { leader }),
    members: etcd.members.filter(({ id }) => id !== memberId),
    alarms: etcd.alarms.filter((alarm) => alarm.memberId !== memberId),
  };
  return { cluster: { ...cluster, etcd: without }, value: undefined };
}

function mayNotRemove(cluster: SimulatedCluster, member: EtcdMemberState): string | undefined {
  const all = voters(cluster);
  const rest = all.filter(({ id }) => id !== member.id);
  const started = rest.filter(({ name }) => name !== '').length;
  if (rest.length === 0 || started < quorumOf(rest.length)) return refusals.notStarted;
  // One that is down is no part of the active quorum: it may always go.
  if (!isConnected(cluster, member)) return undefined;
  const active = all.filter((candidate) => isConnected(cluster, candidate)).length;
  return active - 1 < quorumOf(rest.length) ? refusals.unhealthy : undefined;
}

export function moveLeader(cluster: SimulatedCluster, memberId: string): Outcome<void> {
  const member = voters(cluster).find(({ id }) => id === memberId);
  if (!serves(cluster)) return etcdError(cluster, refusals.unavailable);
  if (member === undefined || !isConnected(cluster, member)) return etcdError(cluster, refusals.badTransfer);
  const term = cluster.etcd.term + (cluster.etcd.leader === memberId ? 0 : 1);
  return { cluster: { ...cluster, etcd: { ...cluster.etcd, leader: memberId, term } }, value: undefined };
}

export function writeValue(cluster: SimulatedCluster, key: string, value: string): Outcome<{ readonly revision: number }> {
  if (!serves(cluster)) return etcdError(cluster, refusals.unavailable);
  if (cluster.etcd.alarms.some(({ alarm }) => alarm === 'NOSPACE')) {
    return etcdError(cluster, 'etcdserver: mvcc: database space exceeded');
  }
  const revision = cluster.etcd.revision + 1;
  const values = { ...cluster.etcd.values, [key]: value };
  return { cluster: { ...cluster, etcd: { ...cluster.etcd, revision, values } }, value: { revision } };
}

export function readValue(cluster: SimulatedCluster, key: string): Outcome<{ readonly value?: string }> {
  if (!serves(cluster)) return etcdError(cluster, refusals.unavailable);
  const value = cluster.etcd.values[key];
  return { cluster, value: value === undefined ? {} : { value } };
}

function etcdError(cluster: SimulatedCluster, message: string) {
  return refuse(cluster, { name: 'EtcdctlError', message });
}

function newMember(cluster: SimulatedCluster, machine: SimulatedMachine, learner: boolean): EtcdMemberState {
  // Sixteen hexadecimal digits, as etcd's own; the last four count, so none comes twice.
  const id = `8e9e05c52164${(cluster.etcd.membersEver + 1).toString(16).padStart(4, '0')}`;
  return { id, name: '', peerUrl: `https://${machine.address}:2380`, learner };
}

function withMember(cluster: SimulatedCluster, member: EtcdMemberState): SimulatedCluster {
  const { etcd } = cluster;
  return { ...cluster, etcd: { ...etcd, members: [...etcd.members, member], membersEver: etcd.membersEver + 1 } };
}

export function replaceMember(cluster: SimulatedCluster, member: EtcdMemberState): SimulatedCluster {
  const members = cluster.etcd.members.map((other) => (other.id === member.id ? member : other));
  return { ...cluster, etcd: { ...cluster.etcd, members } };
}
