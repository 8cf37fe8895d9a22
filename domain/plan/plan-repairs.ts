import type { ClusterState } from '../cluster-state.ts';
import { hasJoined, isMade, isStaying, type Machine, type MachinePhase, workersOf } from '../machine.ts';
import type { LanePlan, PlannedStep } from '../plan-parts.ts';
import { outdatedWorkers } from '../rollout/rollout-turn.ts';
import type { StepKind } from '../step.ts';
import { planControlPlaneLane } from './control-plane-lane.ts';
import type { PlanFacts } from './plan-facts.ts';
import { isStuck, repairedReplicas } from './repairs.ts';
import { isBusyJoining, reasonToGo } from './worker-lanes.ts';

const reason = 'it takes the place of one that is gone, which what is Blocked does not hold up';

/**
 * What goes on beside a Blocked operation: Machines that somebody wants replaced go, and others come for them.
 * Undefined: nothing does.
 */
export function planRepairs(state: ClusterState, facts: PlanFacts | undefined): LanePlan | undefined {
  const { controlPlane, machineDeployments } = state.desired;
  if (state.paused !== undefined) return undefined;
  const isHeld = repairedReplicas(state, { role: 'control-plane', name: controlPlane.name }) === undefined;
  const members: LanePlan = isHeld ? { start: [], waiting: [] } : repairControlPlane(state, facts);
  const workers = machineDeployments.flatMap((deployment) => {
    const replicas = repairedReplicas(state, { role: 'worker', name: deployment.name });
    return replicas === undefined ? [] : repairPool(state, { deployment, replicas });
  });
  const start = [...members.start, ...workers];
  return start.length === 0 && members.waiting.length === 0 && members.needsFacts !== true ? undefined : { ...members, start };
}

/** Of what its lane does: bootstraps, backups and uploads belong to operations of their own. */
const quorumRepairs: readonly StepKind[] = ['PrepareControlPlane', 'JoinControlPlane', 'RemoveMachine', 'RemoveEtcdMember'];

/** The quorum's own lane, with its checks and its one change at a time. */
function repairControlPlane(state: ClusterState, facts: PlanFacts | undefined): LanePlan {
  const { start, waiting, needsFacts } = planControlPlaneLane(state, facts);
  const unmade = state.machines.filter((machine) => machine.role === 'control-plane' && machine.deletion === undefined && !isMade(machine));
  return {
    start: [...unmade.map(provision), ...start.filter(({ kind }) => quorumRepairs.includes(kind))],
    waiting,
    ...(needsFacts === undefined ? {} : { needsFacts }),
  };
}

/** How near to its Node: what is under way already counts first. */
const order: readonly MachinePhase[] = ['Bootstrapping', 'Provisioned', 'Provisioning', 'Pending'];

type Pool = { readonly deployment: ClusterState['desired']['machineDeployments'][number]; readonly replicas: number };

function repairPool(state: ClusterState, { deployment, replicas }: Pool): readonly PlannedStep[] {
  const own = workersOf(state.machines, deployment.name);
  const leaving = own.filter((machine) => machine.deletion !== undefined && !isStuck(state, machine) && !isBusyJoining(state, machine));
  const outdated = outdatedWorkers(state, deployment);
  const staying = own.filter(isStaying);
  const room = Math.max(0, replicas - staying.filter(hasJoined).length);
  const coming = staying.filter((machine) => !hasJoined(machine) && !isStuck(state, machine) && !outdated.has(machine.name)).toSorted((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase));
  return [
    ...leaving.map((machine): PlannedStep => ({ kind: 'RemoveMachine', machine: machine.name, reasons: [reasonToGo(machine)] })),
    ...coming.slice(0, room).map((machine): PlannedStep => (isMade(machine) ? { kind: 'JoinWorker', machine: machine.name, reasons: [reason] } : provision(machine))),
  ];
}

function provision({ name }: Machine): PlannedStep {
  return { kind: 'ProvisionMachine', machine: name, reasons: [reason] };
}
