import { promotableShare, protocolTimes } from './timing.ts';
import { etcdVersionFor } from './versions.ts';
import type { EtcdMemberState, SimulatedCluster, SimulatedMachine } from './state.ts';

/** What can be said of etcd's members at the cluster's time. */

export function voters(cluster: SimulatedCluster): readonly EtcdMemberState[] {
  return cluster.etcd.members.filter((member) => !member.learner);
}

export function quorumOf(count: number): number {
  return Math.floor(count / 2) + 1;
}

/** The Machine whose data directory is that member's. */
export function machineOf(cluster: SimulatedCluster, memberId: string): SimulatedMachine | undefined {
  return cluster.machines.find((machine) => machine.etcd?.memberId === memberId);
}

export function memberOf(cluster: SimulatedCluster, machine: SimulatedMachine): EtcdMemberState | undefined {
  return cluster.etcd.members.find((member) => member.id === machine.etcd?.memberId);
}

/** Its process runs and its peers reach it. */
export function isConnected(cluster: SimulatedCluster, member: EtcdMemberState): boolean {
  const machine = machineOf(cluster, member.id);
  return machine !== undefined && machine.power.on && !machine.partitioned && (machine.etcd?.upAt ?? Infinity) <= cluster.at;
}

/** Enough voters reach each other to elect a leader and to agree. */
export function hasQuorum(cluster: SimulatedCluster): boolean {
  const all = voters(cluster);
  return all.length > 0 && all.filter((member) => isConnected(cluster, member)).length >= quorumOf(all.length);
}

/** Reads and writes are answered. */
export function serves(cluster: SimulatedCluster): boolean {
  return cluster.etcd.leader !== undefined && hasQuorum(cluster);
}

/** As `etcdctl endpoint health` says: a learner, which refuses linearizable reads, is not healthy. */
export function isHealthy(cluster: SimulatedCluster, member: EtcdMemberState): boolean {
  const isAlarmed = cluster.etcd.alarms.some(({ memberId }) => memberId === member.id);
  return !member.learner && !isAlarmed && serves(cluster) && isConnected(cluster, member);
}

/** Since when all voters have been connected; undefined while one is not. One alone always is. */
export function allConnectedSince(cluster: SimulatedCluster): number | undefined {
  const all = voters(cluster);
  if (all.length === 1) return all.some((member) => isConnected(cluster, member)) ? -Infinity : undefined;
  const times = all.map(({ activeSince }) => activeSince ?? Infinity);
  const latest = Math.max(...times);
  return latest === Infinity ? undefined : latest;
}

/** From when on a member may be added, as far as health goes. */
export function addableFrom(cluster: SimulatedCluster): number | undefined {
  const since = allConnectedSince(cluster);
  return since === undefined ? undefined : since + protocolTimes.memberHealth;
}

/** From when on a learner has enough of the log; undefined before it has started. */
export function promotableFrom(member: EtcdMemberState): number | undefined {
  const { catchUp } = member;
  return catchUp === undefined ? undefined : catchUp.from + promotableShare * (catchUp.until - catchUp.from);
}

/** As its own endpoint says; nothing of one that does not answer. */
export function etcdVersionOf(cluster: SimulatedCluster, member: EtcdMemberState): { readonly version?: string } {
  const machine = machineOf(cluster, member.id);
  if (machine === undefined || !isConnected(cluster, member)) return {};
  return { version: machine.etcdVersion ?? etcdVersionFor(machine.version) };
}
