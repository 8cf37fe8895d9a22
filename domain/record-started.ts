import { currentOperation, type ClusterState } from './cluster-state.ts';
import { advanceMachine, phaseAtStart } from './machine-phases.ts';
import { plannedId, type PlannedStep } from './plan-parts.ts';
import type { Step } from './step.ts';
import { rememberWhereFrom } from './take-back.ts';
import { bump } from './update-state.ts';

/** A step that has been started, under a generation that its Machine has not seen yet. */
export function recordStarted(state: ClusterState, planned: PlannedStep, now: number): ClusterState {
  const operation = currentOperation(state);
  if (operation === undefined) return state;
  const id = plannedId(state.identity.name, planned);
  const machines = planned.kind === 'RemoveMachine' ? rememberWhereFrom(state.machines, planned.machine) : state.machines;
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
    machines: advanceMachine(machines, { name: planned.machine, phase: phaseAtStart(planned.kind), now }),
  });
}

/** Both run the same commands on the Machine, which refuses a generation older than the last one. */
function isPreparationOf(step: Step, { kind, machine }: PlannedStep): boolean {
  return kind === 'JoinControlPlane' && step.kind === 'PrepareControlPlane' && step.machine === machine;
}
