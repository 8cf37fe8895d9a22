import { currentOperation, type ClusterState } from '../cluster-state.ts';
import { hasJoined, isStaying, type Machine, type MachinePhase, workersOf } from '../machine.ts';
import { controlPlaneRollout } from './control-plane-rollout.ts';
import { poolHeldUp } from './plan-pool.ts';
import { resolveAmounts } from './resolve-amount.ts';
import { outdatedWorkers } from './rollout-turn.ts';

/** A step that runs in one of these is left to end; without one, a join has failed. */
const failed: readonly MachinePhase[] = ['Bootstrapping', 'Joined'];

/**
 * Machines that nothing more is made of now: their template is not wanted any more, and their join has
 * failed. Tried again, a canary that was taken back would fail again and hold up its own removal.
 * What has yet to join may be the next to go where there are too many, or where it is outdated: that
 * is decided when Nodes have been looked at.
 * @param isBlind they have not been yet
 */
export function withheldMachines(state: ClusterState, { isBlind }: { readonly isBlind: boolean }): ReadonlySet<string> {
  // A cluster that is being made has nothing to be looked at yet, and nothing of it is outdated.
  if (currentOperation(state)?.verb === 'create') return new Set();
  const { outdated } = controlPlaneRollout(state);
  const joined = state.machines.filter((machine) => machine.role === 'control-plane' && isStaying(machine) && hasJoined(machine));
  const isAnyAsked = state.machines.some((machine) => machine.role === 'control-plane' && hasJoined(machine) && machine.deletion !== undefined);
  const controlPlanes = state.machines.filter(({ name, phase }) => {
    if (!outdated.has(name) || phase === 'Running') return false;
    // It votes, and another was asked to go, or all others are: only when it is well may the first of them.
    if (phase === 'Joined' && (isAnyAsked || joined.every((other) => other.name === name))) return false;
    return isBlind || failed.includes(phase);
  });
  const owners = new Set(state.machines.filter(({ role }) => role === 'worker').map(({ owner }) => owner));
  return new Set([...controlPlanes, ...[...owners].flatMap((owner) => withheldOf(state, owner, isBlind))].map(({ name }) => name));
}

function withheldOf(state: ClusterState, owner: string, isBlind: boolean): readonly Machine[] {
  const deployment = state.desired.machineDeployments.find(({ name }) => name === owner);
  const staying = workersOf(state.machines, owner).filter(isStaying);
  const { replicas = 0, rollout = {} } = deployment ?? {};
  const outdated = rollout.strategy === 'OnDelete' ? new Map<string, readonly string[]>() : outdatedWorkers(state, deployment);
  const room = replicas + (outdated.size === 0 ? 0 : resolveAmounts(replicas, rollout).maxSurge);
  const mayGo = isBlind && (staying.length > room || (outdated.size > 0 && deployment !== undefined && poolHeldUp(state, deployment) === undefined));
  return staying.filter(({ name, phase }) => {
    if (phase === 'Running') return false;
    if (outdated.has(name) && failed.includes(phase)) return true;
    return mayGo && (staying.length > room || outdated.has(name));
  });
}
