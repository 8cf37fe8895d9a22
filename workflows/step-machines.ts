import type { Machine } from '../domain/machine.ts';

/** A step needs its own Machine and those that serve the API: with a hundred of them all is too much to send. */
export function machinesFor(machines: readonly Machine[], own: string | undefined): readonly Machine[] {
  return machines.filter((machine) => machine.name === own || machine.role === 'control-plane');
}
