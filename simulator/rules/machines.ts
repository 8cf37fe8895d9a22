import { findByName } from './find-by-name.ts';
import type { Outcome } from './outcome.ts';
import { refuse } from './outcome.ts';
import type { SimulatedCluster, SimulatedMachine } from './state.ts';

export function findMachine(cluster: SimulatedCluster, name: string): SimulatedMachine | undefined {
  return findByName(cluster.machines, name);
}

export function replaceMachine(cluster: SimulatedCluster, machine: SimulatedMachine): SimulatedCluster {
  return { ...cluster, machines: cluster.machines.map((other) => (other.name === machine.name ? machine : other)) };
}

/** Slipway reaches its sshd. */
export function isReachable(cluster: SimulatedCluster, machine: SimulatedMachine): boolean {
  return machine.power.on && !machine.unreachable && machine.power.since + machine.timing.vm <= cluster.at;
}

/** A Machine to run something on over SSH. */
export function reachMachine(cluster: SimulatedCluster, name: string): Outcome<SimulatedMachine> {
  const machine = findMachine(cluster, name);
  if (machine !== undefined && isReachable(cluster, machine)) return { cluster, value: machine };
  const what = machine === undefined ? 'there is no such machine' : machine.power.on ? 'its sshd does not answer' : 'it is stopped';
  return refuse(cluster, { name: 'SshUnreachableError', message: `Machine ${name}: cannot be reached over SSH: ${what}. Nothing was changed there.` });
}

export type WantedMachine = Omit<SimulatedMachine, 'power' | 'partitioned' | 'unreachable' | 'readyz'>;

/** Looks first, as the real provider does: one that is there stays, one that was stopped is started. */
export function ensureMachine(cluster: SimulatedCluster, wanted: WantedMachine): Outcome<SimulatedMachine> {
  const found = findMachine(cluster, wanted.name);
  if (found === undefined) {
    const power = { on: true, since: cluster.at };
    const made = { ...wanted, power, partitioned: false, unreachable: false, readyz: { ok: false, since: cluster.at } };
    return { cluster: { ...cluster, machines: [...cluster.machines, made] }, value: made };
  }
  if (found.uid !== wanted.uid) {
    const message = `machine ${wanted.name} exists with UID ${found.uid}, not ${wanted.uid}: it is somebody else's. It was not touched.`;
    return refuse(cluster, { name: 'OwnedByAnotherError', message });
  }
  const started = setPower(cluster, wanted.name, true);
  return { cluster: started, value: findMachine(started, wanted.name) ?? found };
}

/** Off: everything on it ends at once, kubeadm too. On: what was installed comes up again. */
export function setPower(cluster: SimulatedCluster, name: string, on: boolean): SimulatedCluster {
  const machine = findMachine(cluster, name);
  if (machine === undefined || machine.power.on === on) return cluster;
  const { run, ...rest } = machine;
  const ended = { at: cluster.at, exitCode: 255, output: 'the machine stopped while it ran' };
  const stopped: SimulatedMachine = {
    ...rest,
    power: { on, since: cluster.at },
    ...(run === undefined ? {} : { run: run.ended === undefined ? { ...run, ended } : run }),
  };
  return replaceMachine(cluster, on ? comeUp(stopped) : stopped);
}

function comeUp(machine: SimulatedMachine): SimulatedMachine {
  const upAt = machine.power.since + machine.timing.vm;
  const { etcd, apiServer, kubelet, timing } = machine;
  return {
    ...machine,
    ...(etcd === undefined ? {} : { etcd: { ...etcd, upAt: upAt + timing.etcd } }),
    ...(apiServer === undefined ? {} : { apiServer: { upAt: upAt + timing.etcd + timing.apiServer } }),
    ...(kubelet === undefined ? {} : { kubelet: { upAt } }),
  };
}

/** Gone with all its data. Its etcd member and its Node stay listed until somebody removes them. */
export function deleteMachine(cluster: SimulatedCluster, request: { readonly name: string; readonly uid: string }): SimulatedCluster {
  const { name, uid } = request;
  const { [name]: _port, ...ports } = cluster.ports;
  const machines = cluster.machines.filter((machine) => machine.name !== name || machine.uid !== uid);
  return machines.length === cluster.machines.length && !(name in cluster.ports) ? cluster : { ...cluster, machines, ports };
}
