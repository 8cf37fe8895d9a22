import { generateManifest } from '../../../../api/generate-manifest.ts';
import type { DesiredCluster } from '../../../../api/desired-cluster.ts';
import { parseManifest } from '../../../../api/parse-manifest.ts';
import { newCluster, startOperation } from '../../../../domain/accept-command.ts';
import { addMachines } from '../../../../domain/update-state.ts';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import type { Machine, MachinePhase, MachineRole } from '../../../../domain/machine.ts';
import type { OnFailure } from '../../../../domain/operation.ts';
import { stepId, type Step, type StepKind } from '../../../../domain/step.ts';

export const now = Date.UTC(2026, 10, 20, 12);

const small = parseManifest(
  generateManifest({ name: 'demo', kubernetesVersion: 'v1.34.4', controlPlaneMachineCount: 1, workerMachineCount: 1 }),
);

/** As generated, with those numbers of Machines: even ones too, because a create passes through them. */
export function desired(controlPlanes = 1, workers = 1): DesiredCluster {
  if (!small.ok) throw new Error(JSON.stringify(small.problems));
  const { controlPlane, machineDeployments, ...rest } = small.cluster;
  return {
    ...rest,
    controlPlane: { ...controlPlane, replicas: controlPlanes },
    machineDeployments: machineDeployments.map((deployment) => ({ ...deployment, replicas: workers })),
  };
}

/** Names that read well in tables: cp-1, cp-2 … and w-1, w-2 …; addresses in the same order. */
export function machine(name: string, phase: MachinePhase = 'Pending', facts: Partial<Machine> = {}): Machine {
  const role: MachineRole = name.startsWith('cp') ? 'control-plane' : 'worker';
  const index = Number(name.split('-')[1]) + (role === 'worker' ? 100 : 0);
  return {
    name,
    uid: `uid-${name}`,
    role,
    owner: role === 'control-plane' ? 'demo-control-plane' : 'demo-md-0',
    version: 'v1.34.4',
    infrastructure: { extraMounts: [] },
    address: `172.30.4.${index + 9}`,
    sshPort: 22_000 + index,
    phase,
    createdAt: now,
    phaseSince: now,
    ...facts,
  };
}

/** cp-1 … and w-1 …, as many as the two numbers say, all Pending. */
export function pendingMachines(controlPlanes: number, workers: number): readonly Machine[] {
  return [...numbered('cp', controlPlanes), ...numbered('w', workers)];
}

function numbered(prefix: string, count: number): readonly Machine[] {
  return Array.from({ length: count }, (_, index) => machine(`${prefix}-${index + 1}`));
}

/** A create that has just been accepted, its Machines named. */
export function acceptedCluster(options: { readonly controlPlanes?: number; readonly workers?: number; readonly onFailure?: OnFailure } = {}): ClusterState {
  const { controlPlanes = 1, workers = 1, onFailure = 'block' } = options;
  const placement = { installation: 'inst-1', uid: 'uid-demo', host: 'local' };
  const state = newCluster({ placement, desired: desired(controlPlanes, workers), now });
  return addMachines(startOperation(state, { verb: 'create', actor: 'ada@laptop', onFailure, now }), pendingMachines(controlPlanes, workers));
}

/** In the midst of a create: network and keys are there, Machines stand as the list says. */
export function clusterWith(machines: readonly Machine[], facts: Partial<ClusterState> = {}): ClusterState {
  const controlPlanes = machines.filter(({ role }) => role === 'control-plane').length;
  return { ...acceptedCluster({ controlPlanes, workers: machines.length - controlPlanes }), infrastructureReady: true, machines, ...facts };
}

export function step(kind: StepKind, facts: Partial<Step> = {}): Step {
  return {
    id: stepId('demo', kind, facts.machine),
    kind,
    operation: 'demo-create-1',
    generation: 1,
    reasons: [],
    state: 'Running',
    startedAt: now,
    phases: [],
    ...facts,
  };
}
