import { expect, test } from 'vitest';
import { machinesFor } from '../../../workflows/step-machines.ts';
import { pendingMachines } from '../domain/support/clusters.ts';

test.each([
  { kind: 'JoinWorker', machine: 'w-40', names: ['cp-1', 'cp-2', 'cp-3', 'w-40'] },
  { kind: 'JoinControlPlane', machine: 'cp-2', names: ['cp-1', 'cp-2', 'cp-3'] },
  { kind: 'InstallAddons', names: ['cp-1', 'cp-2', 'cp-3'] },
] as const)('$kind of $machine among a hundred workers is told of $names', ({ names, ...step }) => {
  expect(machinesFor(pendingMachines(3, 100), step).map(({ name }) => name)).toEqual(names);
});

test.each(['UpgradeAddons', 'UpdateNodes'] as const)('%s is told of every Machine', (kind) => {
  expect(machinesFor(pendingMachines(3, 100), { kind })).toHaveLength(103);
});
