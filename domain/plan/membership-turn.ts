import type { ClusterState } from '../cluster-state.ts';
import type { Machine } from '../machine.ts';
import { hasPrepared, isStepRunning, type Wait } from '../plan-parts.ts';
import { controlPlaneBootstraps } from '../step.ts';
import { mustLookFirst } from './plan-facts.ts';

/** One membership change at a time: whose turn it is, and what of a join needs none. */

export function isChangingMembership(state: ClusterState, machine: Machine): boolean {
  if (isStepRunning(state, machine, ['RemoveMachine'])) return true;
  if (mustLookFirst(state)) return machine.phase === 'Bootstrapping' && isStepRunning(state, machine, controlPlaneBootstraps);
  return machine.phase === 'Bootstrapping' || (machine.phase === 'Provisioned' && isStepRunning(state, machine, controlPlaneBootstraps));
}

/** One whose join has begun prepares itself again where it must. */
export function isPrepared(state: ClusterState, machine: Machine): boolean {
  return machine.phase === 'Bootstrapping' || isStepRunning(state, machine, ['JoinControlPlane']) || hasPrepared(state, machine.name);
}

export function waitFor(machines: readonly Machine[], reason: string): readonly Wait[] {
  return machines.map(({ name }) => ({ subject: name, reasons: [reason] }));
}
