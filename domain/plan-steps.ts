import { isInitialized, type ClusterState } from './cluster-state.ts';
import { currentOperation } from './cluster-state.ts';
import { stepId, type Step, type StepKind } from './step.ts';
import type { Machine } from './machine.ts';

/** A step that may start now, and why. */
export type PlannedStep = { readonly kind: StepKind; readonly machine?: string; readonly reasons: readonly string[] };

/** Something that must wait, and for what. */
export type Wait = { readonly subject: string; readonly reasons: readonly string[] };

export type StepPlan = {
  readonly action: 'start' | 'wait' | 'finished';
  readonly start: readonly PlannedStep[];
  readonly waiting: readonly Wait[];
  readonly reasons: readonly string[];
};

/**
 * What a cluster's current operation does next. Everything that does not touch the quorum runs at
 * once; control-plane membership changes run one at a time, because etcd admits a single learner.
 */
export function planSteps(state: ClusterState): StepPlan {
  const operation = currentOperation(state);
  if (operation === undefined) return finished('no operation');
  switch (operation.phase) {
    case 'Running':
      return operation.verb === 'delete' ? planDelete(state) : planCreate(state);
    case 'Undoing':
      return planDelete(state);
    case 'Cancelling':
      return { action: 'wait', start: [], waiting: waitForRunning(state), reasons: ['the operation is being cancelled'] };
    case 'Blocked':
      return { action: 'wait', start: [], waiting: [], reasons: ['blocked until a person decides'] };
    case 'Cancelled':
    case 'Undone':
    case 'Failed':
    case 'Succeeded':
      return finished(`operation ${operation.id} is ${operation.phase}`);
  }
}

function planDelete(state: ClusterState): StepPlan {
  if (state.steps.some((step) => step.kind === 'DeleteCluster' && step.state === 'Done')) return finished('everything is gone');
  const others = runningSteps(state).filter((step) => step.kind !== 'DeleteCluster');
  if (others.length > 0) {
    return { action: 'wait', start: [], waiting: waitForRunning(state), reasons: ['steps that were under way must end first'] };
  }
  return conclude(state, [{ kind: 'DeleteCluster', reasons: ['the cluster is to be removed'] }], []);
}

function planCreate(state: ClusterState): StepPlan {
  if (!state.infrastructureReady) {
    return conclude(state, [{ kind: 'EnsureInfrastructure', reasons: ['network, load balancer and secrets come first'] }], []);
  }
  const start: PlannedStep[] = [];
  const waiting: Wait[] = [];
  const initialized = isInitialized(state);
  for (const machine of state.machines) {
    if (machine.phase === 'Pending' || machine.phase === 'Provisioning') {
      start.push({ kind: 'ProvisionMachine', machine: machine.name, reasons: ['Machines are provisioned side by side'] });
    }
    if (machine.phase === 'Joined') {
      const kind = bootstrapKind(state, machine);
      start.push({ kind, machine: machine.name, reasons: ['its Node has not been Ready yet'] });
    }
  }
  if (initialized && !state.addonsReady) {
    start.push({ kind: 'InstallAddons', reasons: ['the API server answers'] });
  }
  planControlPlane(state, initialized, start, waiting);
  for (const machine of readyToBootstrap(state, 'worker')) {
    if (initialized) {
      start.push({ kind: 'JoinWorker', machine: machine.name, reasons: ['the API server answers; workers join side by side'] });
    } else {
      waiting.push({ subject: machine.name, reasons: ['the control plane is not initialized yet'] });
    }
  }
  return conclude(state, start, waiting);
}

/** The quorum lane: at most one membership change, and the next one only when the last is a voter. */
function planControlPlane(state: ClusterState, initialized: boolean, start: PlannedStep[], waiting: Wait[]): void {
  const candidates = readyToBootstrap(state, 'control-plane');
  const [next, ...rest] = candidates;
  if (next === undefined) return;
  const busy = state.machines.find((machine) => machine.role === 'control-plane' && isChangingMembership(state, machine));
  if (busy !== undefined && busy.name !== next.name) {
    for (const machine of candidates.filter((candidate) => candidate.name !== busy.name)) {
      waiting.push({ subject: machine.name, reasons: [`${busy.name} joins first: one membership change at a time`] });
    }
    return;
  }
  start.push(
    initialized
      ? { kind: 'JoinControlPlane', machine: next.name, reasons: ['the quorum lane is free'] }
      : { kind: 'InitControlPlane', machine: next.name, reasons: ['the first control-plane Machine starts the cluster'] },
  );
  for (const machine of rest) {
    waiting.push({ subject: machine.name, reasons: [`${next.name} goes first: one membership change at a time`] });
  }
}

function isChangingMembership(state: ClusterState, machine: Machine): boolean {
  return machine.phase === 'Bootstrapping' || (machine.phase === 'Provisioned' && isRunning(state, machine, ['InitControlPlane', 'JoinControlPlane']));
}

function isRunning(state: ClusterState, machine: Machine, kinds: readonly StepKind[]): boolean {
  return runningSteps(state).some((step) => step.machine === machine.name && kinds.includes(step.kind));
}

/** Bootstrapping with no step running is a step that was blocked or cancelled: it may be started again. */
function readyToBootstrap(state: ClusterState, role: Machine['role']): readonly Machine[] {
  return state.machines
    .filter((machine) => machine.role === role && (machine.phase === 'Provisioned' || machine.phase === 'Bootstrapping'))
    .toSorted((a, b) => Number(b.phase === 'Bootstrapping') - Number(a.phase === 'Bootstrapping'));
}

function bootstrapKind(state: ClusterState, machine: Machine): StepKind {
  if (machine.role === 'worker') return 'JoinWorker';
  const initializer = state.steps.find((step) => step.kind === 'InitControlPlane');
  return initializer?.machine === machine.name ? 'InitControlPlane' : 'JoinControlPlane';
}

/** Leaves out what runs already; finished when nothing is left to start, run or wait for. */
function conclude(state: ClusterState, wanted: readonly PlannedStep[], waiting: readonly Wait[]): StepPlan {
  const running = runningSteps(state);
  const ids = new Set(running.map((step) => step.id));
  const start = wanted.filter((step) => !ids.has(stepId(state.identity.name, step.kind, step.machine)));
  if (start.length > 0) return { action: 'start', start, waiting, reasons: [] };
  if (running.length > 0 || waiting.length > 0) {
    return { action: 'wait', start: [], waiting: [...waitForRunning(state), ...waiting], reasons: ['steps are under way'] };
  }
  return finished('everything is as desired');
}

function runningSteps(state: ClusterState): readonly Step[] {
  return state.steps.filter((step) => step.state === 'Running');
}

function waitForRunning(state: ClusterState): readonly Wait[] {
  return runningSteps(state).map((step) => ({ subject: step.machine ?? state.identity.name, reasons: [`${step.id} is running`] }));
}

function finished(reason: string): StepPlan {
  return { action: 'finished', start: [], waiting: [], reasons: [reason] };
}
