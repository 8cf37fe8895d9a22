import { expect, test } from 'vitest';
import { endTrouble, managedConditions, recordTrouble, troublePauseMs } from '../../../domain/record-trouble.ts';
import { sampleState } from '../cli/support/sample-cluster.ts';

const evidence = { at: 'cluster/demo: plan', error: 'StoreKeyError', message: 'the key does not fit', attempts: 4 };

test('a trouble counts from its first failure, and is no change of the cluster', () => {
  const before = sampleState({});
  const first = recordTrouble(before, { chore: 'plan', evidence, now: 1_000 });
  const again = recordTrouble(first, { chore: 'plan', evidence: { ...evidence, message: 'another' }, now: 9_000 });
  expect(again.troubles).toEqual([{ chore: 'plan', since: 1_000, evidence: { ...evidence, message: 'another' } }]);
  expect(again.version).toBe(before.version);
  expect(managedConditions(again)).toMatchObject([{ type: 'Managed', status: 'False', reason: 'StoreKeyError', since: 1_000, message: expect.stringContaining('another') }]);
  expect(endTrouble(again, 'find steps')).toBe(again);
  expect(endTrouble(again, 'plan')).toEqual(before);
  expect(managedConditions(before)).toEqual([]);
});

test('what fails again and again is tried later each time, and at least each minute', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map(troublePauseMs)).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
});
