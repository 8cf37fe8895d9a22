import { hasJoined, type Machine } from '../../domain/machine.ts';
import type { StepInput } from '../contracts.ts';
import { clusterScope } from './step-context.ts';

/**
 * The API servers that HAProxy must know: those that have joined, and the one at hand. Control-plane
 * Machines join one at a time, so no other step can be adding one meanwhile.
 */
export function apiServerBackends(input: StepInput, joining: Machine) {
  return backends(input, (machine) => machine.name === joining.name || hasJoined(machine));
}

/** Those that are left when one goes: no new connection reaches it, and its sessions are closed. */
export function remainingBackends(input: StepInput, leaving: Machine) {
  return backends(input, (machine) => machine.name !== leaving.name && hasJoined(machine));
}

function backends(input: StepInput, serves: (machine: Machine) => boolean) {
  const port = input.desired.network.apiServerPort;
  const serving = input.machines.filter((machine) => machine.role === 'control-plane' && serves(machine));
  return {
    ...clusterScope(input),
    backends: serving.map((machine) => ({ name: machine.name, address: machine.address, port })),
  };
}
