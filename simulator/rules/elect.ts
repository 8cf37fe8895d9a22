import { hasQuorum, isConnected, voters } from './members.ts';
import { draw } from './random.ts';
import { replaceMember } from './reconfigure.ts';
import type { EtcdMemberState, SimulatedCluster } from './state.ts';
import { machineOf } from './members.ts';
import { protocolTimes } from './timing.ts';

/** Who is connected, since when, and how far a learner is. */
export function updateMembers(cluster: SimulatedCluster): SimulatedCluster {
  let current = cluster;
  for (const member of cluster.etcd.members) {
    const updated = updateMember(cluster, member);
    if (updated !== member) current = replaceMember(current, updated);
  }
  return current;
}

function updateMember(cluster: SimulatedCluster, member: EtcdMemberState): EtcdMemberState {
  const isActive = member.activeSince !== undefined;
  if (isConnected(cluster, member) === isActive) return member;
  const { activeSince: _since, catchUp: _catchUp, ...rest } = member;
  if (isActive) return rest;
  const machine = machineOf(cluster, member.id);
  return {
    ...rest,
    name: machine?.name ?? member.name,
    activeSince: cluster.at,
    ...(member.learner ? { catchUp: { from: cluster.at, until: cluster.at + (machine?.timing.catchUp ?? 0) } } : {}),
  };
}

/** A leader that is gone, or has no majority any more, is followed by another after an election's time. */
export function electLeader(cluster: SimulatedCluster): SimulatedCluster {
  const { leader, electionAt, ...etcd } = cluster.etcd;
  if (!hasQuorum(cluster)) {
    return leader === undefined && electionAt === undefined ? cluster : { ...cluster, etcd };
  }
  const candidates = voters(cluster).filter((member) => isConnected(cluster, member));
  if (leader !== undefined && candidates.some(({ id }) => id === leader)) return cluster;
  const key = `election/${etcd.term}`;
  // Alone, a member need not wait for anybody's vote.
  const takes = candidates.length === 1 ? 0 : protocolTimes.election + protocolTimes.electionSpread * draw(cluster.seed, key);
  const due = electionAt ?? cluster.at + Math.round(takes);
  if (due > cluster.at) return due === electionAt ? cluster : { ...cluster, etcd: { ...etcd, electionAt: due } };
  const elected = candidates[Math.floor(draw(cluster.seed, `${key}/winner`) * candidates.length)];
  return { ...cluster, etcd: { ...etcd, term: etcd.term + 1, ...(elected === undefined ? {} : { leader: elected.id }) } };
}
