import { expect, test } from 'vitest';
import { machinesFor } from '../../../workflows/step-machines.ts';
import { pendingMachines } from '../domain/support/clusters.ts';

test.each([
  { own: 'w-40', names: ['cp-1', 'cp-2', 'cp-3', 'w-40'] },
  { own: 'cp-2', names: ['cp-1', 'cp-2', 'cp-3'] },
  { own: undefined, names: ['cp-1', 'cp-2', 'cp-3'] },
])('a step of $own among a hundred workers is told of $names', ({ own, names }) => {
  expect(machinesFor(pendingMachines(3, 100), own).map(({ name }) => name)).toEqual(names);
});
