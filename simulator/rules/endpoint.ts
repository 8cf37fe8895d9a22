import { isConnected, memberOf, serves } from './members.ts';
import { draw } from './random.ts';
import { protocolTimes } from './timing.ts';
import type { LoadBalancerBackend, SimulatedCluster, SimulatedMachine } from './state.ts';

/** Whether each API server answers `/readyz`: it does when it runs and its own etcd member serves. */
export function updateReadyz(cluster: SimulatedCluster): SimulatedCluster {
  if (cluster.machines.every((machine) => apiServerAnswers(cluster, machine) === machine.readyz.ok)) return cluster;
  const machines = cluster.machines.map((machine) => {
    const ok = apiServerAnswers(cluster, machine);
    return ok === machine.readyz.ok ? machine : { ...machine, readyz: { ok, since: cluster.at } };
  });
  return { ...cluster, machines };
}

function apiServerAnswers(cluster: SimulatedCluster, machine: SimulatedMachine): boolean {
  const member = memberOf(cluster, machine);
  const runs = machine.power.on && machine.apiServer !== undefined && machine.apiServer.upAt <= cluster.at;
  return runs && member !== undefined && !member.learner && isConnected(cluster, member) && serves(cluster);
}

/** What HAProxy's last check of a backend has found. */
export function backendIsUp(cluster: SimulatedCluster, backend: LoadBalancerBackend): boolean {
  const machine = cluster.machines.find(({ address }) => address === backend.address);
  const checkedAt = lastCheck(cluster, backend);
  if (machine === undefined || backend.addedAt > checkedAt) return false;
  return machine.readyz.since <= checkedAt ? machine.readyz.ok : !machine.readyz.ok;
}

/** The API answers through the load balancer. */
export function endpointAnswers(cluster: SimulatedCluster): boolean {
  return (cluster.loadBalancer?.backends ?? []).some((backend) => backendIsUp(cluster, backend) && stillAnswers(cluster, backend));
}

/** Connections to a backend that has just gone are refused although no check has noticed it. */
function stillAnswers(cluster: SimulatedCluster, backend: LoadBalancerBackend): boolean {
  return cluster.machines.some(({ address, readyz }) => address === backend.address && readyz.ok);
}

/** When a check will first see what each backend is like now. */
export function nextChecks(cluster: SimulatedCluster): readonly number[] {
  return (cluster.loadBalancer?.backends ?? []).flatMap((backend) => {
    const machine = cluster.machines.find(({ address }) => address === backend.address);
    const changedAt = Math.max(backend.addedAt, machine?.readyz.since ?? 0);
    const checkedAt = lastCheck(cluster, backend);
    return changedAt > checkedAt ? [checkedAt + protocolTimes.backendCheck] : [];
  });
}

function lastCheck(cluster: SimulatedCluster, backend: LoadBalancerBackend): number {
  const period = protocolTimes.backendCheck;
  const offset = Math.floor(draw(cluster.seed, `check/${backend.name}`) * period);
  return Math.floor((cluster.at - offset) / period) * period + offset;
}
