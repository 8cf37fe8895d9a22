import type { ClusterOperation } from '../../../../simulator/operations.ts';
import { perform, type Performed } from '../../../../simulator/perform.ts';
import type { RequestOf } from '../../../../simulator/protocol.ts';
import { newCluster } from '../../../../simulator/rules/new-cluster.ts';
import { settle } from '../../../../simulator/rules/settle.ts';
import type { Refusal } from '../../../../simulator/rules/outcome.ts';
import type { SimulatedCluster } from '../../../../simulator/rules/state.ts';

const uid = 'uid-1';
const start = 1_700_000_000_000;

export type Times = RequestOf<'ensureMachine'>['times'];

/** One simulated cluster and its time, driven by hand. */
export class Drive {
  cluster: SimulatedCluster = newCluster({ uid, name: 'demo', installation: 'test', now: start });
  now = start;

  perform<O extends ClusterOperation>(operation: O, request: RequestOf<O>): Performed {
    const performed = perform(this.cluster, { operation, request, now: this.now });
    this.cluster = performed.cluster;
    return performed;
  }

  /** The answer's value, or the refusal that was given instead. */
  ask<O extends ClusterOperation>(operation: O, request: RequestOf<O>): unknown {
    const { answer } = this.perform(operation, request);
    return 'refused' in answer ? answer.refused : answer.value;
  }

  wait(milliseconds: number): void {
    this.now += milliseconds;
    this.cluster = settle(this.cluster, this.now);
  }

  addMachine(name: string, role: 'control-plane' | 'worker', times: Times = {}): void {
    const index = this.cluster.machines.length;
    const facts = { owner: 'owner', version: 'v1.34.4', address: `10.0.0.${10 + index}`, sshPort: 27_000 + index };
    this.ask('ensureMachine', { cluster: uid, machine: name, uid: `uid-${name}`, role, times, ...facts });
  }

  startKubeadm(name: string, role: 'init' | 'join-control-plane' | 'join-worker', generation = 1001): unknown {
    this.ask('writeBootstrapData', { cluster: uid, machine: name, role, generation, paths: [] });
    return this.look(name, role, generation);
  }

  look(name: string, role: 'init' | 'join-control-plane' | 'join-worker', generation = 1001): unknown {
    const operation = role === 'init' ? 'kubeadm-init' : 'kubeadm-join';
    return this.ask('runCommand', { cluster: uid, machine: name, operation, role, generation, waitMs: 0 });
  }

  /** Milliseconds of simulated time that kubeadm took, with how it ended. */
  bootstrap(name: string, role: 'init' | 'join-control-plane' | 'join-worker', generation = 1001): { readonly exitCode: number; readonly output: string; readonly took: number } {
    const began = this.now;
    this.startKubeadm(name, role, generation);
    for (let step = 0; step < 10_000; step += 1) {
      const answer = this.look(name, role, generation);
      if (isEnded(answer)) return { exitCode: answer.exitCode, output: answer.output, took: this.now - began };
      this.wait(100);
    }
    throw new Error(`kubeadm on ${name} does not end: ${JSON.stringify(this.cluster.machines, undefined, 1)}`);
  }

  serveFrom(names: readonly string[]): void {
    const backends = this.cluster.machines.filter(({ name }) => names.includes(name)).map(({ name, address }) => ({ name, address, port: 6443 }));
    this.ask('setBackends', { cluster: uid, backends });
  }

  member(machine: string) {
    return this.cluster.etcd.members.find(({ id }) => id === this.cluster.machines.find(({ name }) => name === machine)?.etcd?.memberId);
  }
}

function isEnded(answer: unknown): answer is { readonly exitCode: number; readonly output: string } {
  return typeof answer === 'object' && answer !== null && 'exitCode' in answer && 'output' in answer;
}

/** A cluster that runs, with so many Machines named cp-1 … and w-1 …, all members connected for long enough. */
export function runningCluster(controlPlanes: number, workers = 0): Drive {
  const drive = new Drive();
  drive.ask('ensureLoadBalancer', { cluster: uid, apiServerPort: 6443 });
  const names = Array.from({ length: controlPlanes }, (_, index) => `cp-${index + 1}`);
  for (const [index, name] of names.entries()) {
    drive.addMachine(name, 'control-plane');
    if (index === 0) drive.serveFrom(names);
    const ended = drive.bootstrap(name, index === 0 ? 'init' : 'join-control-plane');
    if (ended.exitCode !== 0) throw new Error(ended.output);
    drive.serveFrom(names);
    drive.wait(6000);
  }
  for (let index = 1; index <= workers; index += 1) {
    drive.addMachine(`w-${index}`, 'worker');
    drive.bootstrap(`w-${index}`, 'join-worker');
  }
  drive.wait(6000);
  return drive;
}

export const clusterUid = uid;

export function isRefusal(answer: unknown): answer is Refusal {
  return typeof answer === 'object' && answer !== null && 'name' in answer && 'message' in answer;
}

