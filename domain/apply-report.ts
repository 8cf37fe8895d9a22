import { currentOperation, type ClusterState } from './cluster-state.ts';
import type { Machine, MachinePhase } from './machine.ts';
import type { Evidence } from './evidence.ts';
import type { Operation } from './operation.ts';
import { recordPublished } from './rollout/published.ts';
import type { Step, StepReport } from './step.ts';
import { plannedId, type PlannedStep } from './plan-parts.ts';

/** Transitions of the cluster's state: pure, one for each thing that can happen to it. */

export function recordStarted(state: ClusterState, planned: PlannedStep, now: number): ClusterState {
  const operation = currentOperation(state);
  if (operation === undefined) return state;
  const id = plannedId(state.identity.name, planned);
  const earlier = state.steps.filter((step) => step.id === id || isPreparationOf(step, planned));
  const step: Step = {
    id,
    kind: planned.kind,
    ...(planned.machine === undefined ? {} : { machine: planned.machine }),
    ...(planned.member === undefined ? {} : { member: planned.member }),
    ...(planned.brings === undefined ? {} : { brings: planned.brings }),
    operation: operation.id,
    // Grows over operations and adoptions too, which know of no earlier step: the version has grown with
    // each start that there was. Machines refuse a generation older than the last one.
    generation: Math.max(...earlier.map(({ generation }) => generation + 1), state.operationCount > 1 ? state.version : 1),
    reasons: planned.reasons,
    state: 'Running',
    startedAt: now,
    phases: [],
  };
  return bump({
    ...state,
    steps: [...state.steps.filter((other) => other.id !== id), step],
    machines: setPhase(state.machines, { name: planned.machine, phase: startPhase(planned), now }),
  });
}

/** Both run the same commands on the Machine, which refuses a generation older than the last one. */
function isPreparationOf(step: Step, { kind, machine }: PlannedStep): boolean {
  return kind === 'JoinControlPlane' && step.kind === 'PrepareControlPlane' && step.machine === machine;
}

/** A report of an earlier generation, or of a step that has ended, changes nothing. */
export function applyReport(state: ClusterState, report: StepReport, now: number): ClusterState {
  const step = state.steps.find((candidate) => candidate.id === report.stepId);
  if (step === undefined || step.generation !== report.generation || step.state !== 'Running') return state;
  const { outcome } = report;
  const machines = report.joined === true ? setPhase(state.machines, { name: step.machine, phase: 'Joined', now }) : state.machines;
  switch (outcome.kind) {
    case 'joined':
      return bump(
        recordServing({
          ...state,
          steps: replaceStep(state.steps, { ...step, ...factsOf(report) }),
          machines: setPhase(state.machines, { name: step.machine, phase: 'Joined', now }),
        }, step),
      );
    case 'done':
      return bump(
        recordBackup(recordFact({
          ...state,
          steps: replaceStep(state.steps, { ...step, state: 'Done', endedAt: now, ...factsOf(report) }),
          machines: setPhase(state.machines, { name: step.machine, phase: donePhase(step), now }),
        }, step), step, outcome.backup),
      );
    case 'blocked': {
      const ended = {
        ...state,
        machines,
        steps: replaceStep(state.steps, { ...step, state: 'Blocked' as const, endedAt: now, ...factsOf(report), evidence: summarize(outcome.evidence) }),
      };
      return bump(mattersToOperation(state, step) ? blockOperation(ended, outcome.evidence) : ended);
    }
    case 'cancelled':
      return bump({
        ...state,
        machines,
        steps: replaceStep(state.steps, { ...step, state: 'Cancelled', endedAt: now, ...factsOf(report) }),
      });
  }
}

function factsOf({ phases, attempts }: StepReport): Pick<Step, 'phases' | 'attempts'> {
  return attempts === undefined ? { phases } : { phases, attempts };
}

/** The operation keeps one evidence, its first; of every other step the beginning is enough. */
function summarize({ error, message }: Evidence): string {
  return `${error}: ${message}`.slice(0, 1000);
}

/** A cluster that is to go does not mind what fails of the steps that made it: a delete during a create wins. */
function mattersToOperation(state: ClusterState, step: Step): boolean {
  const operation = currentOperation(state);
  return step.kind === 'DeleteCluster' || (operation?.verb !== 'delete' && operation?.phase !== 'Undoing');
}

/** The first evidence of an operation is kept: what fails later is often its consequence. */
export function blockOperation(state: ClusterState, evidence: Evidence): ClusterState {
  const operation = currentOperation(state);
  if (operation === undefined || (operation.phase !== 'Running' && operation.phase !== 'Undoing')) return state;
  return withOperation(state, { ...operation, phase: 'Blocked', evidence });
}

export function withOperation(state: ClusterState, operation: Operation): ClusterState {
  return bump({
    ...state,
    operations: state.operations.map((other) => (other.id === operation.id ? operation : other)),
  });
}

export function addMachines(state: ClusterState, machines: readonly Machine[]): ClusterState {
  return bump({ ...state, machines: [...state.machines, ...machines] });
}

export function bump(state: ClusterState): ClusterState {
  return { ...state, version: state.version + 1 };
}

/** The restored API server answers: from here on the cluster is one like any other. */
function recordServing(state: ClusterState, { kind }: Step): ClusterState {
  const { recovery } = state;
  return kind === 'RestoreControlPlane' && recovery !== undefined ? { ...state, recovery: { ...recovery, restored: true } } : state;
}

/** Where an undo cannot go any more, it names this one. */
function recordBackup(state: ClusterState, step: Step, backup: string | undefined): ClusterState {
  const operation = state.operations.find(({ id }) => id === step.operation);
  return step.kind !== 'TakeBackup' || backup === undefined || operation === undefined ? state : withOperation(state, { ...operation, snapshot: backup });
}

function recordFact(state: ClusterState, step: Step): ClusterState {
  if (step.kind === 'StopControlPlane' && state.recovery !== undefined) return { ...state, recovery: { ...state.recovery, stopped: true } };
  if (step.kind === 'RestoreControlPlane') return recordServing(state, step);
  if (step.kind === 'EnsureInfrastructure') return { ...state, infrastructureReady: true };
  if (step.kind === 'InstallAddons') return { ...state, addonsReady: true };
  // Member, Node and infrastructure are gone: only now its address may be given to another.
  if (step.kind === 'RemoveMachine') return { ...state, machines: state.machines.filter(({ name }) => name !== step.machine) };
  return recordPublished(state, step);
}

function startPhase(planned: PlannedStep): MachinePhase | undefined {
  switch (planned.kind) {
    case 'ProvisionMachine':
      return 'Provisioning';
    case 'InitControlPlane':
    case 'RestoreControlPlane':
    case 'JoinControlPlane':
    case 'JoinWorker':
      return 'Bootstrapping';
    case 'RemoveMachine':
      return 'Deleting';
    case 'PrepareControlPlane':
    case 'RemoveEtcdMember':
    case 'StopControlPlane':
    case 'EnsureInfrastructure':
    case 'InstallAddons':
    case 'TakeBackup':
    case 'UploadConfig':
    case 'UpgradeAddons':
    case 'UpdateNodes':
    case 'DeleteCluster':
      return undefined;
  }
}

function donePhase(step: Step): MachinePhase | undefined {
  switch (step.kind) {
    case 'ProvisionMachine':
      return 'Provisioned';
    case 'InitControlPlane':
    case 'RestoreControlPlane':
    case 'JoinControlPlane':
    case 'JoinWorker':
      return 'Running';
    case 'PrepareControlPlane':
    case 'RemoveMachine':
    case 'RemoveEtcdMember':
    case 'StopControlPlane':
    case 'EnsureInfrastructure':
    case 'InstallAddons':
    case 'TakeBackup':
    case 'UploadConfig':
    case 'UpgradeAddons':
    case 'UpdateNodes':
    case 'DeleteCluster':
      return undefined;
  }
}

const order: readonly MachinePhase[] = ['Pending', 'Provisioning', 'Provisioned', 'Bootstrapping', 'Joined', 'Running', 'Deleting'];

/** A phase never moves back: a repeated step of a Joined Machine leaves it Joined. */
function setPhase(
  machines: readonly Machine[],
  change: { readonly name: string | undefined; readonly phase: MachinePhase | undefined; readonly now: number },
): readonly Machine[] {
  const { name, phase, now } = change;
  if (name === undefined || phase === undefined) return machines;
  return machines.map((machine) =>
    machine.name === name && order.indexOf(phase) > order.indexOf(machine.phase) ? { ...machine, phase, phaseSince: now } : machine,
  );
}

function replaceStep(steps: readonly Step[], step: Step): readonly Step[] {
  return steps.map((other) => (other.id === step.id ? step : other));
}
