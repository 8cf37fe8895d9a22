import { currentOperation, type ClusterState } from './cluster-state.ts';
import type { Evidence } from './evidence.ts';
import type { Machine } from './machine.ts';
import type { Operation } from './operation.ts';

/** What transitions of a cluster's state are made of; whoever changes it says so by its version. */

export function bump(state: ClusterState): ClusterState {
  return { ...state, version: state.version + 1 };
}

export function withOperation(state: ClusterState, operation: Operation): ClusterState {
  return bump({
    ...state,
    operations: state.operations.map((other) => (other.id === operation.id ? operation : other)),
  });
}

export function addMachines(state: ClusterState, machines: readonly Machine[]): ClusterState {
  return bump({ ...state, machines: [...state.machines, ...machines] });
}

/** The first evidence of an operation is kept: what fails later is often its consequence. */
export function blockOperation(state: ClusterState, evidence: Evidence): ClusterState {
  const operation = currentOperation(state);
  if (operation === undefined || (operation.phase !== 'Running' && operation.phase !== 'Undoing')) return state;
  return withOperation(state, { ...operation, phase: 'Blocked', evidence });
}
