import { isConnected, voters } from './members.ts';
import type { MembershipEntry, SimulatedCluster } from './state.ts';

/** Notes each change of who votes, who learns and who of them is there: whoever only looks now and then misses what was in between. */
export function logMembership(cluster: SimulatedCluster): SimulatedCluster {
  const { members, memberships = [] } = cluster.etcd;
  const entry: MembershipEntry = {
    at: cluster.at,
    voters: voters(cluster).map(({ id }) => id),
    learners: members.filter(({ learner }) => learner).map(({ id }) => id),
    connected: voters(cluster).filter((member) => isConnected(cluster, member)).length,
  };
  const last = memberships.at(-1);
  const isNews = last === undefined ? members.length > 0 : describe(last) !== describe(entry);
  return isNews ? { ...cluster, etcd: { ...cluster.etcd, memberships: [...memberships, entry] } } : cluster;
}

function describe({ at: _at, ...entry }: MembershipEntry): string {
  return JSON.stringify(entry);
}
