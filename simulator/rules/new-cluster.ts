import type { SimulatedCluster } from './state.ts';

/** Ports that Slipway never claims for anything real (domain/allocation.ts): what is dialled there answers to nobody. */
const firstPort = 27_000;
const portCount = 5000;

export function newCluster(request: { readonly uid: string; readonly name: string; readonly installation: string; readonly now: number }): SimulatedCluster {
  const { uid, name, installation, now } = request;
  return {
    uid,
    name,
    installation,
    seed: uid,
    at: now,
    ports: {},
    network: false,
    machines: [],
    etcd: { members: [], term: 0, revision: 0, values: {}, alarms: [], membersEver: 0 },
    nodes: [],
    workloads: { pods: [], budgets: [], controllers: [], applied: [], podsEver: 0 },
    faults: [],
    calls: {},
  };
}

/** A name that has a port keeps it. */
export function claimPorts(cluster: SimulatedCluster, names: readonly string[]): { readonly cluster: SimulatedCluster; readonly value: Readonly<Record<string, number>> } {
  let ports = cluster.ports;
  for (const name of names) {
    if (name in ports) continue;
    const taken = new Set(Object.values(ports));
    const free = Array.from({ length: portCount }, (_, index) => firstPort + index).find((port) => !taken.has(port));
    if (free !== undefined) ports = { ...ports, [name]: free };
  }
  return {
    cluster: ports === cluster.ports ? cluster : { ...cluster, ports },
    value: Object.fromEntries(names.map((name) => [name, ports[name] ?? 0])),
  };
}

/** Of Machines that never came to be; the endpoint keeps its own. */
export function releaseOtherPorts(cluster: SimulatedCluster, names: readonly string[]): SimulatedCluster {
  const kept = Object.entries(cluster.ports).filter(([name]) => name === 'apiServer' || names.includes(name));
  return { ...cluster, ports: Object.fromEntries(kept) };
}
