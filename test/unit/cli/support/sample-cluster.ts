import { generateManifest } from '../../../../api/generate-manifest.ts';
import type { DesiredCluster } from '../../../../api/desired-cluster.ts';
import { parseManifest } from '../../../../api/parse-manifest.ts';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import type { Machine, MachinePhase } from '../../../../domain/machine.ts';
import type { ClusterObservation } from '../../../../domain/observation.ts';
import type { Operation } from '../../../../domain/operation.ts';
import type { Step } from '../../../../domain/step.ts';

/** 2026-11-20T12:00:00Z: when the sample operation starts. */
export const start = Date.UTC(2026, 10, 20, 12);

export function at(seconds: number): number {
  return start + seconds * 1000;
}

export function sampleDesired(workers = 2): DesiredCluster {
  const text = generateManifest({ name: 'demo', kubernetesVersion: 'v1.34.4', controlPlaneMachineCount: 1, workerMachineCount: workers });
  const result = parseManifest(text);
  if (!result.ok) throw new Error('the generated manifest does not parse');
  return result.cluster;
}

export function sampleMachine(name: string, phase: MachinePhase, facts: Partial<Machine> = {}): Machine {
  const isControlPlane = name.includes('control-plane');
  return {
    name,
    uid: `uid-${name}`,
    role: isControlPlane ? 'control-plane' : 'worker',
    owner: isControlPlane ? 'demo-control-plane' : 'demo-md-0',
    version: 'v1.34.4',
    infrastructure: { extraMounts: [] },
    address: '172.30.4.10',
    sshPort: 36001,
    phase,
    createdAt: at(1),
    phaseSince: at(3),
    ...facts,
  };
}

export function sampleOperation(facts: Partial<Operation> = {}): Operation {
  return {
    id: 'demo-create-1',
    verb: 'create',
    phase: 'Running',
    actor: 'ada@laptop',
    onFailure: 'block',
    startedAt: start,
    ...facts,
  };
}

export function sampleStep(facts: Partial<Step> & Pick<Step, 'id' | 'kind'>): Step {
  return { operation: 'demo-create-1', generation: 1, reasons: [], state: 'Running', startedAt: at(1), phases: [], ...facts };
}

export function sampleState(facts: Partial<ClusterState> = {}): ClusterState {
  return {
    schemaVersion: 1,
    identity: { installation: 'inst-1', name: 'demo', uid: 'uid-demo' },
    host: 'local',
    createdAt: start,
    revision: 1,
    desired: sampleDesired(),
    phase: 'Provisioning',
    allocation: {
      host: 'local',
      subnet: '172.30.4.0/24',
      gateway: '172.30.4.1',
      loadBalancerAddress: '172.30.4.2',
      apiServerHostPort: 36000,
    },
    infrastructureReady: true,
    addonsReady: false,
    machines: [],
    operations: [sampleOperation()],
    operationCount: 1,
    steps: [],
    version: 1,
    ...facts,
  };
}

/** In the middle of a create: the first machine bootstraps, one worker is ready to join, one is being made. */
export function creatingState(): ClusterState {
  return sampleState({
    machines: [
      sampleMachine('demo-control-plane-x2f9k', 'Bootstrapping'),
      sampleMachine('demo-md-0-aaaaa', 'Provisioned', { address: '172.30.4.11', sshPort: 36002 }),
      sampleMachine('demo-md-0-bbbbb', 'Provisioning', { address: '172.30.4.12', sshPort: 36003 }),
    ],
    steps: [
      sampleStep({
        id: 'cluster/demo/infrastructure',
        kind: 'EnsureInfrastructure',
        state: 'Done',
        startedAt: at(0.1),
        endedAt: at(1.3),
        phases: [
          { name: 'certificates and keys', startedAt: at(0.1), endedAt: at(1.2) },
          { name: 'network', startedAt: at(0.1), endedAt: at(0.4) },
        ],
      }),
      sampleStep({
        id: 'cluster/demo/machine/demo-control-plane-x2f9k/init',
        kind: 'InitControlPlane',
        machine: 'demo-control-plane-x2f9k',
        startedAt: at(4),
        reasons: ['the first control-plane Machine starts the cluster'],
        phases: [],
      }),
      sampleStep({ id: 'cluster/demo/machine/demo-md-0-bbbbb/provision', kind: 'ProvisionMachine', machine: 'demo-md-0-bbbbb', startedAt: at(2) }),
    ],
  });
}

/** Everything that can be observed is well. */
export function goodObservation(state: ClusterState): ClusterObservation {
  const names = state.machines.map(({ name }) => name);
  return {
    apiServer: { known: true, value: 'ready', at: at(60) },
    nodes: {
      known: true,
      at: at(60),
      value: names.map((name) => ({
        name,
        ready: 'True',
        reason: 'KubeletReady',
        message: 'kubelet is posting ready status',
        kubeletVersion: 'v1.34.4',
        readySince: at(30),
      })),
    },
    machines: { known: true, at: at(60), value: names.map((name) => ({ name, state: 'running' })) },
    backends: {
      known: true,
      at: at(60),
      value: state.machines.filter(({ role }) => role === 'control-plane').map(({ name }) => ({ name, state: 'up' })),
    },
  };
}

export function runningState(): ClusterState {
  return sampleState({
    phase: 'Provisioned',
    addonsReady: true,
    operations: [sampleOperation({ phase: 'Succeeded', endedAt: at(34.2) })],
    machines: [
      sampleMachine('demo-control-plane-x2f9k', 'Running', { phaseSince: at(28) }),
      sampleMachine('demo-md-0-aaaaa', 'Running', { phaseSince: at(33), address: '172.30.4.11', sshPort: 36002 }),
      sampleMachine('demo-md-0-bbbbb', 'Running', { phaseSince: at(34), address: '172.30.4.12', sshPort: 36003 }),
    ],
  });
}
