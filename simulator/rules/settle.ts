import { electLeader, updateMembers } from './elect.ts';
import { nextChecks, updateReadyz } from './endpoint.ts';
import { logMembership } from './membership-log.ts';
import { nextKubeadmTimes, runKubeadm } from './kubeadm.ts';
import { nextNodeTimes, updateNodes } from './nodes.ts';
import { nextPodTimes, updatePods } from './pods.ts';
import type { SimulatedCluster } from './state.ts';

/** In the order of cause and effect; each changes only what is not yet as it should be at that time. */
const rules = [updateMembers, electLeader, updateReadyz, runKubeadm, updateNodes, updatePods, logMembership] as const;

/** More rounds at one moment mean that two rules undo each other. */
const maxRounds = 200;

/** The cluster at `now`, with everything having happened in its order since it was last looked at. */
export function settle(cluster: SimulatedCluster, now: number): SimulatedCluster {
  let current = applyRules(cluster);
  for (;;) {
    const next = nextTime(current);
    if (next === undefined || next > now) return now > current.at ? applyRules({ ...current, at: now }) : current;
    current = applyRules({ ...current, at: next });
  }
}

/** Clusters that no rule changes at their time: each is looked at by several calls. */
const resting = new WeakSet<SimulatedCluster>();

function applyRules(cluster: SimulatedCluster): SimulatedCluster {
  let current = cluster;
  for (let round = 0; round < maxRounds && !resting.has(current); round += 1) {
    const before = current;
    for (const rule of rules) current = rule(current);
    if (current === before) resting.add(current);
  }
  if (resting.has(current)) return current;
  throw new Error(`simulated cluster ${cluster.name} does not come to rest at ${cluster.at}`);
}

/** When something happens next although nobody does anything; undefined: never. */
export function nextTime(cluster: SimulatedCluster): number | undefined {
  const times = [
    ...cluster.machines.flatMap(({ power, timing, etcd, apiServer, kubelet }) =>
      power.on ? [power.since + timing.vm, etcd?.upAt, apiServer?.upAt, kubelet?.upAt] : [],
    ),
    cluster.etcd.electionAt,
    ...nextChecks(cluster),
    ...nextKubeadmTimes(cluster),
    ...nextNodeTimes(cluster),
    ...nextPodTimes(cluster),
  ];
  let next: number | undefined;
  for (const time of times) {
    if (time !== undefined && time > cluster.at && time !== Infinity && (next === undefined || time < next)) next = time;
  }
  return next;
}
