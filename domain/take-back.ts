import { currentOperation, type ClusterState } from './cluster-state.ts';
import { hasJoined, type Machine } from './machine.ts';
import { isRecovering } from './recovery/plan-recovery.ts';
import { runningSteps, type PlannedStep } from './plan-parts.ts';
import type { Step, StepReport } from './step.ts';
import { bump } from './update-state.ts';

/**
 * Until the first phase that is none of these nothing of the Machine is lost: of a control plane its backend
 * goes first, of a worker its container. What was evicted has been brought up elsewhere, as by any drain.
 */
const harmless: readonly string[] = ['cordon', 'drain', 'volumes detached'];

/** Of a removal that begins: where its Machine would go back to. One that had begun before says so itself. */
export function rememberWhereFrom(machines: readonly Machine[], name: string | undefined): readonly Machine[] {
  return machines.map((machine) => {
    if (machine.name !== name || (machine.phase !== 'Joined' && machine.phase !== 'Running')) return machine;
    const { takenBack: _before, ...rest } = machine;
    return { ...rest, returnsTo: machine.phase };
  });
}

/** Of a removal that has ended before its end. One that tells nothing of its phases may have got anywhere. */
export function forgetIfTooFar(machines: readonly Machine[], step: Pick<Step, 'kind' | 'machine'>, { phases }: Pick<StepReport, 'phases'>): readonly Machine[] {
  const isHarmless = phases.length > 0 && phases.every(({ name }) => harmless.includes(name));
  if (step.kind !== 'RemoveMachine' || isHarmless) return machines;
  return machines.map((machine) => (machine.name === step.machine ? withoutReturn(machine) : machine));
}

/** What is known of its removal may be older than what has happened to it. */
export function withoutReturn({ returnsTo: _before, ...machine }: Machine): Machine {
  return machine;
}

export type Removals = { readonly back: readonly Machine[]; readonly running: readonly Machine[]; readonly tooFar: readonly Machine[] };

/** What an abort makes of the removals that have begun. */
export function sortRemovals(state: ClusterState): Removals {
  const leaving = state.machines.filter(({ phase }) => phase === 'Deleting');
  const busy = new Set(runningSteps(state).filter(({ kind }) => kind === 'RemoveMachine').map(({ machine }) => machine));
  const back = leaving.filter((machine) => machine.returnsTo !== undefined && !busy.has(machine.name));
  const rest = leaving.filter(({ name }) => !back.some((machine) => machine.name === name));
  return { back, running: rest.filter(({ name }) => busy.has(name)), tooFar: rest.filter(({ name }) => !busy.has(name)) };
}

/** They count among their owner's replicas at once; their Nodes take Pods again when the step has run. */
export function takeBackRemovals(state: ClusterState, now: number): ClusterState {
  const back = new Set(sortRemovals(state).back.map(({ name }) => name));
  if (back.size === 0) return state;
  const machines = state.machines.map((machine) => {
    const { returnsTo, ...rest } = machine;
    return returnsTo === undefined || !back.has(machine.name) ? machine : { ...rest, phase: returnsTo, phaseSince: now, takenBack: true as const };
  });
  return bump({ ...state, machines });
}

/** Once in each operation: an activity that looks first may run again in the next one. */
export function planUncordons(state: ClusterState): readonly PlannedStep[] {
  // There is no API to ask.
  if (isRecovering(state)) return [];
  const operation = currentOperation(state)?.id;
  const isDone = ({ name }: Machine): boolean => state.steps.some((step) => step.kind === 'UncordonNode' && step.machine === name && step.operation === operation && step.state === 'Done');
  return state.machines
    .filter((machine) => machine.takenBack === true && hasJoined(machine) && !isDone(machine))
    .map(({ name }) => ({ kind: 'UncordonNode', machine: name, reasons: ['its removal was taken back'] }));
}

/** Both would write to one Node: a removal begins when it has been made schedulable. */
export function isBeingUncordoned(state: ClusterState, { kind, machine }: PlannedStep): boolean {
  return kind === 'RemoveMachine' && runningSteps(state).some((step) => step.kind === 'UncordonNode' && step.machine === machine);
}

/** At the end of an operation all that was taken back is a Machine like any other. */
export function settleTakenBack(machines: readonly Machine[]): readonly Machine[] {
  return machines.map((machine) => {
    const { takenBack, ...rest } = machine;
    return takenBack === undefined ? machine : rest;
  });
}
