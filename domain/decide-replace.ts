import { currentOperation, type ClusterState } from './cluster-state.ts';
import { mayChange } from './decide-apply.ts';
import type { MachineDeletion } from './machine.ts';
import { isOpen } from './operation.ts';
import { isRepairable } from './plan/repairs.ts';
import { bump } from './update-state.ts';

export type ReplaceDecision =
  /** Beside an operation that is Blocked, and stays so. */
  | { readonly action: 'repair'; readonly reasons: readonly string[] }
  | { readonly action: 'replace'; readonly reasons: readonly string[] }
  | { readonly action: 'attach'; readonly reasons: readonly string[] }
  | { readonly action: 'refuse'; readonly refusal: 'Conflict' | 'NotFound'; readonly reasons: readonly string[] };

/** Somebody wants one Machine to go. Its owner's replicas stay, so another one comes. */
export function decideReplace(state: ClusterState, name: string): ReplaceDecision {
  const machine = state.machines.find((candidate) => candidate.name === name);
  if (machine === undefined) return { action: 'refuse', refusal: 'NotFound', reasons: [`cluster ${state.identity.name} has no Machine ${name}`] };
  if (state.phase === 'Deleting') return { action: 'refuse', refusal: 'Conflict', reasons: [`cluster ${state.identity.name} is being deleted`] };
  const operation = currentOperation(state);
  // After a cancelled one nothing takes it away: to follow that would lead nowhere.
  const isAtWork = operation !== undefined && isOpen(operation);
  if (isAtWork && (machine.deletion !== undefined || machine.phase === 'Deleting')) return { action: 'attach', reasons: [`Machine ${name} is on its way out already`] };
  if (isRepairable(state, machine)) return { action: 'repair', reasons: [`Machine ${name} is replaced beside ${operation?.id ?? ''}, which stays Blocked`] };
  const conflict = mayChange(state);
  return conflict === undefined ? { action: 'replace', reasons: [`Machine ${name} is to be replaced`] } : { ...conflict, refusal: 'Conflict' };
}

/** A Machine that somebody wants replaced. */
export function markToGo(state: ClusterState, name: string, deletion: MachineDeletion): ClusterState {
  return { ...state, machines: state.machines.map((machine) => (machine.name === name ? { ...machine, deletion } : machine)) };
}

/** What is Blocked waits for its own decision: it is neither superseded nor tried again. */
export function acceptRepair(state: ClusterState, name: string, deletion: MachineDeletion): ClusterState {
  return bump(markToGo(state, name, deletion));
}
