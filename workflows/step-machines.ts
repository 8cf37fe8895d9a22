import type { Machine } from '../domain/machine.ts';
import type { StepKind } from '../domain/step.ts';

/** Those that look after every Node. */
const ofAll: readonly StepKind[] = ['UpgradeAddons', 'UpdateNodes', 'RestoreControlPlane'];

/** A step needs its own Machine and those that serve the API: with a hundred of them all is more than most need. */
export function machinesFor(machines: readonly Machine[], step: { readonly kind: StepKind; readonly machine?: string }): readonly Machine[] {
  if (ofAll.includes(step.kind)) return machines;
  return machines.filter((machine) => machine.name === step.machine || machine.role === 'control-plane');
}
