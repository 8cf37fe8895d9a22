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

  addMachine(name: string, role: 'control-plane' | 'worker', times: Times = {}, version = 'v1.34.4'): void {
    const index = this.cluster.machines.length;
    const facts = { owner: 'owner', version, address: `10.0.0.${10 + index}`, sshPort: 27_000 + index };
    this.ask('ensureMachine', { cluster: uid, machine: name, uid: `uid-${name}`, role, times, ...facts });
  }

  /** Writes what that kind of bootstrap needs and begins with its first command. */
  startKubeadm(name: string, role: Role, generation = 1001): unknown {
    this.ask('writeFiles', { cluster: uid, machine: name, role, paths: [] });
    return this.look(name, stagesOf[role][0], generation);
  }

  look(name: string, stage: Stage, generation = 1001): unknown {
    return this.ask('runCommand', { cluster: uid, machine: name, operation: `kubeadm-${stage}`, stage, generation, waitMs: 0 });
  }

  /** All commands of a bootstrap, up to the first that fails. `took`: simulated milliseconds. */
  bootstrap(name: string, role: Role, generation = 1001): Ended & { readonly took: number } {
    const began = this.now;
    this.startKubeadm(name, role, generation);
    let last: Ended = { exitCode: 0, output: '' };
    for (const stage of stagesOf[role]) {
      last = this.untilEnded(name, stage, generation);
      if (last.exitCode !== 0) break;
    }
    return { ...last, took: this.now - began };
  }

  untilEnded(name: string, stage: Stage, generation = 1001): Ended {
    for (let step = 0; step < 10_000; step += 1) {
      const answer = this.look(name, stage, generation);
      if (isEnded(answer)) return { exitCode: answer.exitCode, output: answer.output };
      this.wait(100);
    }
    throw new Error(`kubeadm on ${name} does not end: ${JSON.stringify(this.cluster.machines, undefined, 1)}`);
  }

  reset(name: string, generation = 1001): Ended {
    return this.untilEnded(name, 'reset', generation);
  }

  serveFrom(names: readonly string[]): void {
    const backends = this.cluster.machines.filter(({ name }) => names.includes(name)).map(({ name, address }) => ({ name, address, port: 6443 }));
    this.ask('setBackends', { cluster: uid, backends });
  }

  member(machine: string) {
    return this.cluster.etcd.members.find(({ id }) => id === this.cluster.machines.find(({ name }) => name === machine)?.etcd?.memberId);
  }
}

type Role = 'init' | 'join-control-plane' | 'join-worker';
type Stage = RequestOf<'runCommand'>['stage'];
type Ended = { readonly exitCode: number; readonly output: string };

const stagesOf: Readonly<Record<Role, readonly [Stage, ...Stage[]]>> = {
  init: ['init'],
  'join-control-plane': ['prepare', 'etcd', 'serve'],
  'join-worker': ['join'],
};

function isEnded(answer: unknown): answer is Ended {
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

