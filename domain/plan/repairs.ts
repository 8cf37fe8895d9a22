import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { currentOperation, isInitialized, type ClusterState } from '../cluster-state.ts';
import { isStaying, type Machine, workersOf } from '../machine.ts';
import type { OperationVerb } from '../operation.ts';
import type { Owner } from '../owner.ts';
import { controlPlaneRollout, planUploadConfig } from '../rollout/control-plane-rollout.ts';
import { outdatedControlPlanes, outdatedWorkers } from '../rollout/rollout-turn.ts';
import type { Step } from '../step.ts';

/**
 * Which owners' Machines are replaced beside a Blocked operation, and up to how many. What it wants itself
 * waits for a person: who is grown, who is rolled out and is Blocked or unproven, and any change of the
 * control plane beside one that is stuck.
 */

/** A create, an adoption and a recovery want everything at once: nothing of theirs is another's repair. */
const repairedBeside: readonly OperationVerb[] = ['apply', 'scale', 'replace', 'restart', 'undo'];

/** Of an operation that no step can help; which owner it is stuck at is told to people alone. */
export const noSafeStepError = 'NoSafeStep';

/** As many as an owner is brought back to; undefined: nothing of it is made or taken away until a person decides. */
export function repairedReplicas(state: ClusterState, { role, name }: Owner): number | undefined {
  const operation = currentOperation(state);
  if (operation?.phase !== 'Blocked' || !repairedBeside.includes(operation.verb)) return undefined;
  if (!state.infrastructureReady || !isInitialized(state) || state.recovery !== undefined || state.health?.quorumLost !== undefined) return undefined;
  return role === 'control-plane' ? controlPlaneReplicas(state) : poolReplicas(state, name);
}

/** Whether somebody may have it replaced now without deciding about what is Blocked. */
export function isRepairable(state: ClusterState, machine: Machine): boolean {
  return repairedReplicas(state, { role: machine.role, name: machine.owner }) !== undefined && !isStuck(state, machine);
}

/** A step of it waits for a person: it is no other's repair. */
export function isStuck(state: ClusterState, { name }: Machine): boolean {
  return blockedSteps(state).some(({ machine }) => machine === name);
}

/** What Machines are named for while the operation is Blocked. */
export function repairedDesired(state: ClusterState): DesiredCluster {
  const { controlPlane, machineDeployments } = state.desired;
  return {
    ...state.desired,
    controlPlane: { ...controlPlane, replicas: repairedReplicas(state, { role: 'control-plane', name: controlPlane.name }) ?? 0 },
    machineDeployments: machineDeployments.map((deployment) => ({ ...deployment, replicas: repairedReplicas(state, { role: 'worker', name: deployment.name }) ?? 0 })),
  };
}

function controlPlaneReplicas(state: ClusterState): number | undefined {
  const machines = state.machines.filter(({ role }) => role === 'control-plane');
  const { replicas } = state.desired.controlPlane;
  // A step of no Machine is the control plane's too: backup, configuration, add-ons, a member.
  if (blockedSteps(state).some(({ machine }) => machine === undefined || machines.some(({ name }) => name === machine))) return undefined;
  if (outdatedControlPlanes(state).size > 0 || planUploadConfig(state, controlPlaneRollout(state)) !== undefined) return undefined;
  const isResized = wantedBefore(state).controlPlane.replicas !== replicas || machines.filter(isStaying).length > replicas;
  return isResized ? undefined : replicas;
}

function poolReplicas(state: ClusterState, name: string): number | undefined {
  const deployment = state.desired.machineDeployments.find((candidate) => candidate.name === name);
  const before = wantedBefore(state).machineDeployments.find((candidate) => candidate.name === name);
  if (deployment === undefined || before === undefined) return undefined;
  const own = workersOf(state.machines, name);
  const stuck = blockedSteps(state).filter(({ machine }) => own.some((candidate) => candidate.name === machine));
  // One more would be another try of what has just failed.
  if (stuck.some(({ kind }) => kind !== 'RemoveMachine')) return undefined;
  const outdated = outdatedWorkers(state, deployment);
  if (outdated.size > 0 && deployment.rollout?.strategy !== 'OnDelete') {
    const isProven = own.some((machine) => isStaying(machine) && machine.phase === 'Running' && !outdated.has(machine.name));
    if (stuck.length > 0 || !isProven || currentOperation(state)?.evidence?.error === noSafeStepError) return undefined;
  }
  return Math.min(deployment.replicas, before.replicas);
}

/** What grows is not repaired: the operation wants it. */
function wantedBefore({ previous, desired }: ClusterState): DesiredCluster {
  return previous ?? desired;
}

/** Of a Machine that is gone nothing is stuck any more. */
function blockedSteps(state: ClusterState): readonly Step[] {
  const operation = currentOperation(state)?.id;
  return state.steps.filter(({ state: stands, machine, operation: of }) => {
    return stands === 'Blocked' && (machine === undefined ? of === operation : state.machines.some(({ name }) => name === machine));
  });
}
