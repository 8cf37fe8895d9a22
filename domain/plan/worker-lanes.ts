import type { DesiredMachineDeployment } from '../../api/desired-cluster.ts';
import { isInitialized, type ClusterState } from '../cluster-state.ts';
import { isStaying, type Machine, workersOf } from '../machine.ts';
import type { PlanFacts } from './plan-facts.ts';
import { isStepRunning, readyToBootstrap, runningSteps, type LanePlan, type PlannedStep } from '../plan-parts.ts';
import { planPool, poolHeldUp } from '../rollout/plan-pool.ts';
import { isRecovering, strandedWorkers } from '../recovery/plan-recovery.ts';
import { resolveAmounts } from '../rollout/resolve-amount.ts';
import { outdatedWorkers, type Outdated } from '../rollout/rollout-turn.ts';
import type { StepKind } from '../step.ts';
import { selectWorkerVictims } from '../scale/select-worker-victims.ts';
import { isReadyLongEnough, viewWorker } from '../scale/view-worker.ts';

/** A lane for each MachineDeployment, and for each that is not wanted any more but still has Machines. */
export function planWorkerLanes(state: ClusterState, facts: PlanFacts | undefined): readonly LanePlan[] {
  const owners = new Set([
    ...state.desired.machineDeployments.map(({ name }) => name),
    ...state.machines.filter(({ role }) => role === 'worker').map(({ owner }) => owner),
  ]);
  // Without an API server there is no Node to be emptied, and none to be known as healthy.
  if (isRecovering(state)) return [planJoins(state)];
  return [planJoins(state), ...[...owners].map((owner) => planRemovals(state, owner, facts))];
}

/** Workers join side by side. */
function planJoins(state: ClusterState): LanePlan {
  const ready = readyToBootstrap(state, 'worker');
  if (!isInitialized(state)) {
    return { start: [], waiting: ready.map(({ name }) => ({ subject: name, reasons: ['the control plane is not initialized yet'] })) };
  }
  return { start: ready.map(({ name }) => ({ kind: 'JoinWorker', machine: name, reasons: ['the API server answers; workers join side by side'] })), waiting: [] };
}

function planRemovals(state: ClusterState, owner: string, facts: PlanFacts | undefined): LanePlan {
  const machines = workersOf(state.machines, owner);
  const wanted = machines.filter((machine) => !isStaying(machine)).filter((machine) => !isBusyJoining(state, machine));
  const start = wanted.map((machine): PlannedStep => ({ kind: 'RemoveMachine', machine: machine.name, reasons: [reasonToGo(machine)] }));
  const staying = machines.filter(isStaying);
  const deployment = state.desired.machineDeployments.find(({ name }) => name === owner);
  const outdated = outdatedWorkers(state, deployment);
  const isByHand = deployment?.rollout?.strategy === 'OnDelete';
  const isRolling = outdated.size > 0 && !isByHand;
  const heldUp = isRolling && deployment !== undefined ? poolHeldUp(state, deployment) : undefined;
  const waiting = heldUp === undefined ? [] : [heldUp];
  const excess = staying.length - (deployment?.replicas ?? 0) - (heldUp === undefined ? 0 : begunSurge(staying, { deployment, outdated }));
  const isBack = state.recovery?.restored === true;
  if (excess <= 0 && (!isRolling || heldUp !== undefined) && !isBack) return { start, waiting };
  if (facts === undefined) return { start, waiting, needsFacts: true };
  // Chosen without knowing who is unhealthy, a healthy one might go and the broken one stay.
  if (!facts.nodes.known) {
    return { start, waiting: [...waiting, { subject: owner, role: 'worker', reasons: [`which of its Machines are healthy could not be seen: ${facts.nodes.reason}`], recheck: true }] };
  }
  const nodes = facts.nodes.value;
  const stranded = strandedWorkers(state, staying, nodes);
  if (stranded.length > 0) return { start: [...start, ...stranded], waiting };
  if (isRolling && heldUp === undefined && deployment !== undefined) {
    const { remove, ...pool } = planPool(state, { deployment, machines: staying, outdated, nodes, seenAt: facts.nodes.at });
    const removals = removeUnlessBusy(state, remove);
    return { ...pool, start: [...start, ...removals.start], waiting: [...pool.waiting, ...removals.waiting] };
  }
  // One that has not been Ready for long enough serves nobody yet: it goes before one that does.
  const settled = nodes.map((node) => (node.ready !== 'True' || isReadyLongEnough(node, deployment, facts.nodes.at) ? node : { ...node, ready: 'False' as const }));
  const selected = selectWorkerVictims(staying.map((machine) => ({ ...viewWorker(machine, settled.find(({ name }) => name === machine.name)), outdated: isByHand && outdated.has(machine.name) })), { count: excess, deletePolicy: deployment?.deletePolicy ?? 'Random' });
  const removals = removeUnlessBusy(state, selected.map(({ machine, reasons }) => ({ machine: machine.name, reasons })));
  return { start: [...start, ...removals.start], waiting: [...waiting, ...removals.waiting] };
}

/** What a held rollout has made beyond the replicas stays until somebody decides. */
function begunSurge(staying: readonly Machine[], { deployment, outdated }: { readonly deployment: DesiredMachineDeployment | undefined; readonly outdated: Outdated }): number {
  if (deployment === undefined || outdated.size === staying.length) return 0;
  return resolveAmounts(deployment.replicas, deployment.rollout ?? {}).maxSurge;
}

function removeUnlessBusy(state: ClusterState, victims: readonly { readonly machine: string; readonly reasons: readonly string[] }[]): LanePlan {
  const busy = new Set(runningSteps(state).filter(({ kind }) => joining.includes(kind)).map(({ machine = '' }) => machine));
  return {
    start: victims.filter(({ machine }) => !busy.has(machine)).map(({ machine, reasons }): PlannedStep => ({ kind: 'RemoveMachine', machine, reasons })),
    waiting: victims.filter(({ machine }) => busy.has(machine)).map(({ machine }) => ({ subject: machine, reasons: ['it is to go, and its join ends first'] })),
  };
}

const joining: readonly StepKind[] = ['ProvisionMachine', 'JoinWorker'];

/** What a join has begun is left to end: kubeadm that is stopped half-way leaves more to clean up. */
export function isBusyJoining(state: ClusterState, machine: Machine): boolean {
  return isStepRunning(state, machine, joining);
}

export function reasonToGo({ deletion }: Machine): string {
  if (deletion === undefined) return 'its removal had begun';
  return deletion.reason === undefined ? `${deletion.actor} wants it to go` : `${deletion.actor} wants it to go: ${deletion.reason}`;
}
