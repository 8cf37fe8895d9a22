import { applyObject } from './apply-objects.ts';
import { endpointAnswers } from './endpoint.ts';
import { takeFault } from './faults.ts';
import { findMachine, replaceMachine } from './machines.ts';
import { addableFrom, memberOf, promotableFrom } from './members.ts';
import { registerNode } from './nodes.ts';
import { addLearner, promoteLearner, startEtcd } from './reconfigure.ts';
import type { BootstrapRole, KubeadmPhase, KubeadmRun, KubeadmStage, SimulatedCluster, SimulatedMachine } from './state.ts';
import { certificateLifetime, protocolTimes } from './timing.ts';
import { notUpgraded, refusedConfiguration, versionProblem } from './versions.ts';

type Running = SimulatedMachine & { readonly run: KubeadmRun };

/** Moves every kubeadm that runs as far as it gets at the cluster's time. */
export function runKubeadm(cluster: SimulatedCluster): SimulatedCluster {
  let current = cluster;
  for (const { name } of cluster.machines.filter(isRunning)) {
    const machine = findMachine(current, name);
    if (isRunning(machine)) current = advance(current, machine);
  }
  return current;
}

function isRunning(machine: SimulatedMachine | undefined): machine is Running {
  return machine?.run !== undefined && machine.run.ended === undefined && machine.power.on;
}

function advance(cluster: SimulatedCluster, machine: Running): SimulatedCluster {
  const { run } = machine;
  if (run.phaseSince + patience(run.phase) <= cluster.at) {
    return end(cluster, machine, { exitCode: 1, output: `error execution phase ${run.phase}: timed out waiting for the condition` });
  }
  if (run.held !== undefined && (run.held.until ?? Infinity) > cluster.at) return cluster;
  return work[run.phase](cluster, machine);
}

/** What kubeadm itself adds to a cluster and every Node then has. */
const kubeProxy = { kind: 'DaemonSet', namespace: 'kube-system', name: 'kube-proxy', replicas: 0, labels: { 'k8s-app': 'kube-proxy' }, emptyDir: false, graceSeconds: 30 } as const;

/** The phases of each command, in their order. */
export const phasesOf: Readonly<Record<KubeadmStage, readonly [KubeadmPhase, ...KubeadmPhase[]]>> = {
  init: ['preflight', 'etcd-start', 'control-plane', 'kubelet'],
  restore: ['preflight', 'etcd-restore', 'control-plane', 'kubelet'],
  join: ['preflight', 'discovery', 'kubelet'],
  prepare: ['preflight', 'discovery'],
  etcd: ['discovery', 'etcd-add', 'etcd-promote'],
  serve: ['control-plane', 'kubelet'],
  reset: ['reset'],
  'upload-config': ['upload-config'],
  addons: ['addons'],
};

/** As `etcdutl snapshot restore --bump-revision`. */
const revisionBump = 1_000_000_000;

/** Each phase: nothing yet, on to the next, or the end. */
const work: Record<KubeadmPhase, (cluster: SimulatedCluster, machine: Running) => SimulatedCluster> = {
  preflight: (cluster, machine) => {
    const problem = findProblem(cluster, machine);
    return problem === undefined ? proceed(cluster, machine) : end(cluster, machine, { exitCode: 1, output: `error execution phase preflight: ${problem}` });
  },
  discovery: (cluster, machine) => (endpointAnswers(cluster) ? proceed(cluster, machine) : cluster),
  'etcd-start': (cluster, machine) => {
    // What an earlier init had begun is gone with its data directory.
    const started = startEtcd({ ...cluster, etcd: { ...cluster.etcd, members: [], alarms: [] } }, machine);
    return proceed(started, { ...machine, etcd: { memberId: started.etcd.members[0]?.id ?? '', upAt: cluster.at + machine.timing.etcd } });
  },
  'etcd-restore': (cluster, machine) => {
    const snapshot = machine.snapshots?.[machine.run.backup ?? ''];
    if (snapshot === undefined) return end(cluster, machine, { exitCode: 1, output: 'Error: stat etcd-snapshot.db: no such file or directory' });
    const { leader: _leader, electionAt: _election, ...etcd } = cluster.etcd;
    const { nodes, workloads, values, revision, moved } = snapshot;
    const { moved: _before, ...rest } = cluster;
    const restored = { ...rest, ...(moved === undefined ? {} : { moved }), nodes, workloads, uploadedVersion: machine.version, etcd: { ...etcd, members: [], alarms: [], values, revision: revision + revisionBump } };
    const started = startEtcd(restored, machine);
    return proceed(started, { ...machine, etcd: { memberId: started.etcd.members[0]?.id ?? '', upAt: cluster.at + machine.timing.etcd } });
  },
  'etcd-add': (cluster, machine) => {
    const peerUrl = `https://${machine.address}:2380`;
    const existing = cluster.etcd.members.find((member) => member.peerUrl === peerUrl);
    // kubeadm takes a member that is there already for its own.
    const added = existing === undefined ? addLearner(cluster, machine) : { cluster, value: existing };
    if (added.refused !== undefined) return cluster;
    return proceed(added.cluster, { ...machine, etcd: { memberId: added.value.id, upAt: cluster.at + machine.timing.etcd } });
  },
  'etcd-promote': (cluster, machine) => {
    const member = memberOf(cluster, machine);
    if (member === undefined) return end(cluster, machine, { exitCode: 1, output: 'error execution phase etcd-join: etcdserver: member not found' });
    const promoted = member.learner ? promoteLearner(cluster, member.id) : { cluster, value: undefined };
    return promoted.refused === undefined ? proceed(promoted.cluster, machine) : cluster;
  },
  'control-plane': (cluster, machine) => {
    if (machine.readyz.ok) return proceed(cluster, machine);
    if (machine.apiServer !== undefined) return cluster;
    const etcdUpAt = Math.max(cluster.at, machine.etcd?.upAt ?? 0);
    const certificatesExpireAt = cluster.at + certificateLifetime;
    return replaceMachine(cluster, { ...machine, certificatesExpireAt, apiServer: { upAt: etcdUpAt + machine.timing.apiServer } });
  },
  kubelet: (cluster, machine) => {
    const started = machine.kubelet === undefined ? { ...machine, kubelet: { upAt: cluster.at } } : machine;
    if (endpointAnswers(cluster)) return proceed(registerNode(machine.run.stage === 'init' ? finishInit(cluster, machine) : cluster, machine), started);
    return started === machine ? cluster : replaceMachine(cluster, started);
  },
  reset: (cluster, machine) => {
    if (machine.run.phaseSince + machine.timing.reset > cluster.at) return cluster;
    const { etcd: _etcd, apiServer: _apiServer, kubelet: _kubelet, bootstrapData: _data, certificatesExpireAt: _certificates, ...clean } = machine;
    return proceed(cluster, clean);
  },
  'upload-config': (cluster, machine) => {
    const { version = machine.version } = machine.run;
    const refused = refusedConfiguration(machine.version, version);
    if (refused !== undefined) return end(cluster, machine, { exitCode: 1, output: refused });
    return endpointAnswers(cluster) ? proceed({ ...cluster, uploadedVersion: version }, machine) : cluster;
  },
  addons: (cluster, machine) => {
    const { version = machine.version } = machine.run;
    if (machine.apiServer === undefined) return end(cluster, machine, { exitCode: 1, output: 'open /etc/kubernetes/admin.conf: no such file or directory' });
    if (!endpointAnswers(cluster)) return cluster;
    const others = notUpgraded(cluster, version);
    if (others.length === 0) return proceed(cluster.addonsVersion === version ? cluster : { ...cluster, addonsVersion: version, addonsSince: cluster.at }, machine);
    const output = `[upgrade/addon] Skipping upgrade of addons because control plane instances [${others.join(' ')}] have not been upgraded`;
    return end(cluster, machine, { exitCode: 3, output });
  },
};

function finishInit(cluster: SimulatedCluster, { version }: SimulatedMachine): SimulatedCluster {
  return { ...applyObject(cluster, kubeProxy), uploadedVersion: version, addonsVersion: version };
}

const dataFor: readonly (readonly [KubeadmStage, BootstrapRole])[] = [
  ['init', 'init'],
  ['restore', 'init'],
  ['join', 'join-worker'],
  ['prepare', 'join-control-plane'],
];

function findProblem(cluster: SimulatedCluster, machine: Running): string | undefined {
  const { run, bootstrapData, etcd } = machine;
  const wanted = new Map<KubeadmStage, BootstrapRole>(dataFor).get(run.stage);
  if (bootstrapData !== wanted) return 'unable to read config from "/var/lib/slipway/bootstrap/kubeadm.yaml": no such file or directory';
  const problem = run.stage === 'init' || run.stage === 'restore' ? undefined : versionProblem(cluster, machine);
  if (problem !== undefined) return problem;
  if (etcd !== undefined) return '[ERROR DirAvailable--var-lib-etcd]: /var/lib/etcd is not empty';
  const others = cluster.machines.some((other) => other.name !== machine.name && other.etcd !== undefined);
  return run.stage === 'init' && others ? 'the simulator has one etcd a cluster, and another Machine runs it already' : undefined;
}

/** To the command's next phase, or to its good end. */
function proceed(cluster: SimulatedCluster, machine: Running): SimulatedCluster {
  const phases = phasesOf[machine.run.stage];
  const next = phases[phases.indexOf(machine.run.phase) + 1];
  return next === undefined ? end(cluster, machine, { exitCode: 0, output: `${machine.run.operation}: done` }) : enter(cluster, machine, next);
}

/** Faults of a phase strike as it begins. */
export function enter(cluster: SimulatedCluster, machine: Running, phase: KubeadmPhase): SimulatedCluster {
  const taken = takeFault(cluster, { operation: `kubeadm/${phase}`, machine: machine.name });
  const { held: _held, ...run } = machine.run;
  const entered: Running = { ...machine, run: { ...run, phase, phaseSince: cluster.at } };
  switch (taken.effect?.kind) {
    case undefined:
      return replaceMachine(taken.cluster, entered);
    case 'fail':
      return end(taken.cluster, entered, { exitCode: 1, output: `error execution phase ${phase}: ${taken.effect.message ?? 'a fault was injected'}` });
    case 'hang':
      return replaceMachine(taken.cluster, { ...entered, run: { ...entered.run, held: {} } });
    case 'late':
      return replaceMachine(taken.cluster, { ...entered, run: { ...entered.run, held: { until: cluster.at + taken.effect.milliseconds } } });
  }
}

function end(cluster: SimulatedCluster, machine: Running, result: { readonly exitCode: number; readonly output: string }): SimulatedCluster {
  return replaceMachine(cluster, { ...machine, run: { ...machine.run, ended: { at: cluster.at, ...result } } });
}

function patience(phase: KubeadmPhase): number {
  return phase === 'etcd-add' || phase === 'etcd-promote' ? protocolTimes.kubeadmEtcd : protocolTimes.kubeadmWait;
}

/** When a kubeadm that runs may get further although nothing else happens. */
export function nextKubeadmTimes(cluster: SimulatedCluster): readonly number[] {
  return cluster.machines.filter(isRunning).flatMap((machine) => {
    const { run, timing } = machine;
    const times = [run.phaseSince + patience(run.phase), run.held?.until];
    if (run.phase === 'etcd-add') times.push(addableFrom(cluster));
    const member = run.phase === 'etcd-promote' ? memberOf(cluster, machine) : undefined;
    if (member !== undefined) times.push(promotableFrom(member));
    if (run.phase === 'reset') times.push(run.phaseSince + timing.reset);
    return times.filter((time) => time !== undefined);
  });
}
