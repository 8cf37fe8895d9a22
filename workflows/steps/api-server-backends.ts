import type { Machine } from '../../domain/machine.ts';
import type { StepInput } from '../contracts.ts';
import { clusterScope } from './step-context.ts';

/**
 * The API servers that HAProxy must know: those that have joined, and the one at hand. Control-plane
 * Machines join one at a time, so no other step can be adding one meanwhile.
 */
export function apiServerBackends(input: StepInput, joining: Machine) {
  const port = input.desired.network.apiServerPort;
  const serving = input.machines.filter(
    (machine) => machine.role === 'control-plane' && (machine.name === joining.name || machine.phase === 'Joined' || machine.phase === 'Running'),
  );
  return {
    ...clusterScope(input),
    backends: serving.map((machine) => ({ name: machine.name, address: machine.address, port })),
  };
}
