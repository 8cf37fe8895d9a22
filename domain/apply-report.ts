import { currentOperation, type ClusterState } from './cluster-state.ts';
import type { Evidence } from './evidence.ts';
import { advanceMachine, phaseWhenDone } from './machine-phases.ts';
import { recordPublished } from './rollout/published.ts';
import type { Step, StepReport } from './step.ts';
import { forgetIfTooFar } from './take-back.ts';
import { blockOperation, bump, withOperation } from './update-state.ts';

/** A report of an earlier generation, or of a step that has ended, changes nothing. */
export function applyReport(state: ClusterState, report: StepReport, now: number): ClusterState {
  const step = state.steps.find((candidate) => candidate.id === report.stepId);
  if (step === undefined || step.generation !== report.generation || step.state !== 'Running') return state;
  const { outcome } = report;
  const machines = report.joined === true ? advanceMachine(state.machines, { name: step.machine, phase: 'Joined', now }) : state.machines;
  switch (outcome.kind) {
    case 'joined':
      return bump(
        recordServing({
          ...state,
          steps: replaceStep(state.steps, { ...step, ...factsOf(report) }),
          machines: advanceMachine(state.machines, { name: step.machine, phase: 'Joined', now }),
        }, step),
      );
    case 'done':
      return bump(
        recordBackup(recordFact({
          ...state,
          steps: replaceStep(state.steps, { ...step, state: 'Done', endedAt: now, ...factsOf(report) }),
          machines: advanceMachine(state.machines, { name: step.machine, phase: phaseWhenDone(step.kind), now }),
        }, step), step, outcome.backup),
      );
    case 'blocked': {
      const ended = {
        ...state,
        machines: forgetIfTooFar(machines, step, report),
        steps: replaceStep(state.steps, { ...step, state: 'Blocked' as const, endedAt: now, ...factsOf(report), evidence: summarize(outcome.evidence) }),
      };
      return bump(mattersToOperation(state, step) ? blockOperation(ended, outcome.evidence) : ended);
    }
    case 'cancelled':
      return bump({
        ...state,
        machines: forgetIfTooFar(machines, step, report),
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

function replaceStep(steps: readonly Step[], step: Step): readonly Step[] {
  return steps.map((other) => (other.id === step.id ? step : other));
}
