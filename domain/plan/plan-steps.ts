import { currentOperation, isInitialized, type ClusterState } from '../cluster-state.ts';
import { planControlPlaneLane } from './control-plane-lane.ts';
import type { PlanFacts } from './plan-facts.ts';
import { planRepairs } from './plan-repairs.ts';
import { plannedId, runningSteps, type LanePlan, type PlannedStep, type PlannedSurge, type Wait } from '../plan-parts.ts';
import { describePause, pauseThatHolds } from '../pause-cluster.ts';
import { isRecovering, planStopControlPlane } from '../recovery/plan-recovery.ts';
import { planUpdateNodes, planUpgradeAddons } from '../rollout/control-plane-rollout.ts';
import { withheldMachines } from '../rollout/withheld-machines.ts';
import { planWorkerLanes } from './worker-lanes.ts';
import { controlPlaneBootstraps, type StepKind } from '../step.ts';
import { hasJoined, isMade, type Machine } from '../machine.ts';
import { isBeingUncordoned, planUncordons } from '../take-back.ts';

/** Cluster API looks again after 15 s (preflight.go); what holds a step up is mostly over in less. */
const recheckEveryMs = 5_000;

/**
 * `observe`: nothing more can be decided without facts, which are to be had and given to another
 * call. `stuck`: no step can help, a person has to decide. `wait` with `recheckMs`: what is waited for tells nobody when it comes true.
 */
export type StepPlan = {
  readonly action: 'start' | 'wait' | 'observe' | 'stuck' | 'finished';
  readonly start: readonly PlannedStep[];
  /** Machines to be named beside those that are missing. */
  readonly surge?: readonly PlannedSurge[];
  readonly waiting: readonly Wait[];
  readonly reasons: readonly string[];
  readonly recheckMs?: number;
};

/**
 * What a cluster's current operation does next. Everything that does not touch the quorum runs at
 * once; control-plane membership changes run one at a time, because etcd admits a single learner.
 */
export function planSteps(state: ClusterState, facts?: PlanFacts): StepPlan {
  const operation = currentOperation(state);
  if (operation === undefined) return finished('no operation');
  switch (operation.phase) {
    case 'Running':
      if (operation.verb === 'delete') return planDelete(state);
      return waitWhilePaused(state) ?? waitWhileQuorumLost(state) ?? planReconcile(state, facts);
    case 'Undoing':
      return planDelete(state);
    case 'Cancelling':
      return { action: 'wait', start: [], waiting: waitForRunning(state), reasons: ['the operation is being cancelled'] };
    case 'Blocked':
      return planWhileBlocked(state, facts);
    case 'Cancelled':
    case 'Undone':
    case 'Failed':
    case 'Superseded':
    case 'Succeeded':
      return finished(`operation ${operation.id} is ${operation.phase}`);
  }
}

/** A person decides how the operation goes on; what is lost elsewhere need not wait for that. */
function planWhileBlocked(state: ClusterState, facts: PlanFacts | undefined): StepPlan {
  const repairs = planRepairs(state, facts);
  if (repairs === undefined) return { action: 'wait', start: [], waiting: [], reasons: ['blocked until a person decides'] };
  return conclude(state, repairs.start, repairs.waiting, [repairs]);
}

/** What runs comes to its end, which is the next safe point. */
function waitWhilePaused(state: ClusterState): StepPlan | undefined {
  const paused = pauseThatHolds(state);
  if (paused === undefined) return undefined;
  const reason = describePause(paused);
  return { action: 'wait', start: [], waiting: [...waitForRunning(state), { subject: state.identity.name, reasons: [reason] }], reasons: [reason] };
}

/** Nothing of a cluster can be changed then, and a recovery makes Machines of its own. */
function waitWhileQuorumLost(state: ClusterState): StepPlan | undefined {
  const lost = state.health?.quorumLost;
  if (lost === undefined || isRecovering(state) || currentOperation(state)?.verb === 'recover') return undefined;
  const reason = `${lost.message}; nothing is begun until it is back`;
  const held: Wait = { subject: state.desired.controlPlane.name, role: 'control-plane', reasons: [reason], recheck: true };
  return { action: 'wait', start: [], waiting: [...waitForRunning(state), held], reasons: [reason], recheckMs: recheckEveryMs };
}

function planDelete(state: ClusterState): StepPlan {
  if (state.steps.some((step) => step.kind === 'DeleteCluster' && step.state === 'Done')) return finished('everything is gone');
  const others = runningSteps(state).filter((step) => step.kind !== 'DeleteCluster');
  if (others.length > 0) {
    return { action: 'wait', start: [], waiting: waitForRunning(state), reasons: ['steps that were under way must end first'] };
  }
  return conclude(state, [{ kind: 'DeleteCluster', reasons: ['the cluster is to be removed'] }], []);
}

function planReconcile(state: ClusterState, facts: PlanFacts | undefined): StepPlan {
  if (!state.infrastructureReady) {
    return conclude(state, [{ kind: 'EnsureInfrastructure', reasons: ['network, load balancer and secrets come first'] }], []);
  }
  const stop = planStopControlPlane(state);
  const start: PlannedStep[] = stop === undefined ? [] : [stop];
  const initialized = isInitialized(state);
  for (const machine of state.machines.filter(({ deletion }) => deletion === undefined)) {
    if (!isMade(machine)) start.push({ kind: 'ProvisionMachine', machine: machine.name, reasons: ['Machines are provisioned side by side'] });
    // A worker's Node is seen again when the API answers again.
    if (machine.phase === 'Joined' && (machine.role === 'control-plane' || !isRecovering(state))) {
      start.push({ kind: bootstrapKind(state, machine), machine: machine.name, reasons: ['its Node has not been Ready yet'] });
    }
  }
  if (initialized && !state.addonsReady) {
    start.push({ kind: 'InstallAddons', reasons: ['the API server answers'] });
  }
  if (initialized) start.push(...planUncordons(state));
  if (initialized) start.push(...[planUpgradeAddons(state), planUpdateNodes(state)].filter((step) => step !== undefined));
  const lanes = [planControlPlaneLane(state, facts), ...planWorkerLanes(state, facts)];
  start.push(...lanes.flatMap((lane) => lane.start));
  const withheld = withheldMachines(state, { isBlind: facts === undefined });
  const worthwhile = start.filter(({ kind, machine = '' }) => kind === 'RemoveMachine' || !withheld.has(machine));
  return conclude(state, withoutLeaving(worthwhile), lanes.flatMap((lane) => lane.waiting), lanes);
}

/** What goes is not made or joined as well: the removal would take the Machine away under the other step. */
function withoutLeaving(planned: readonly PlannedStep[]): readonly PlannedStep[] {
  const leaving = new Set(planned.filter(({ kind }) => kind === 'RemoveMachine').map(({ machine }) => machine));
  return planned.filter(({ kind, machine }) => kind === 'RemoveMachine' || machine === undefined || !leaving.has(machine));
}

function bootstrapKind(state: ClusterState, machine: Machine): StepKind {
  if (machine.role === 'worker') return 'JoinWorker';
  // What brought it so far also ends it: of two steps side by side the other would know nothing of its API server.
  const own = state.steps.findLast(({ kind, machine: name }) => name === machine.name && controlPlaneBootstraps.includes(kind));
  if (own !== undefined) return own.kind;
  const initializer = state.steps.find((step) => step.kind === 'InitControlPlane');
  if (initializer !== undefined) return initializer.machine === machine.name ? 'InitControlPlane' : 'JoinControlPlane';
  // That step was of an earlier operation: the only one that has joined joined nobody.
  const isAlone = !state.machines.some(({ role, phase, name }) => role === 'control-plane' && name !== machine.name && hasJoined({ phase }));
  return isAlone ? 'InitControlPlane' : 'JoinControlPlane';
}

/** Leaves out what runs already; finished when nothing is left to start, run or wait for. */
function conclude(state: ClusterState, wanted: readonly PlannedStep[], waiting: readonly Wait[], lanes: readonly LanePlan[] = []): StepPlan {
  const running = runningSteps(state);
  const ids = new Set(running.map((step) => step.id));
  const start = wanted.filter((step) => !ids.has(plannedId(state.identity.name, step)) && !isBeingUncordoned(state, step));
  const surge = lanes.flatMap((lane) => lane.surge ?? []);
  if (start.length > 0 || surge.length > 0) return { action: 'start', start, waiting, reasons: [], ...(surge.length === 0 ? {} : { surge }) };
  if (lanes.some(({ needsFacts }) => needsFacts === true)) return { action: 'observe', start: [], waiting, reasons: ['what is there must be looked at first'] };
  const soon = waiting.some(({ recheck }) => recheck === true) ? { recheckMs: recheckEveryMs } : {};
  const stuck = lanes.flatMap((lane) => lane.stuck ?? []);
  if (stuck.length > 0 && running.length === 0) return { action: 'stuck', start: [], waiting, reasons: stuck };
  if (running.length > 0 || waiting.length > 0) {
    return { action: 'wait', start: [], waiting: [...waitForRunning(state), ...waiting], reasons: ['steps are under way'], ...soon };
  }
  return finished('everything is as desired');
}

function waitForRunning(state: ClusterState): readonly Wait[] {
  return runningSteps(state).map((step) => ({ subject: step.machine ?? state.identity.name, reasons: [`${step.id} is running`] }));
}

function finished(reason: string): StepPlan {
  return { action: 'finished', start: [], waiting: [], reasons: [reason] };
}
