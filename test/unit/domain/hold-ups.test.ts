import { expect, test } from 'vitest';
import { recordHoldUps } from '../../../domain/hold-ups.ts';
import type { StepPlan } from '../../../domain/plan-steps.ts';
import { acceptedCluster, now } from './support/clusters.ts';

const plan = (...reasons: readonly string[]): StepPlan => ({
  action: 'wait',
  start: [],
  waiting: [
    { subject: 'cp-1', reasons: ['a step is running'] },
    ...(reasons.length === 0 ? [] : [{ subject: 'demo-control-plane', reasons, recheck: true as const }]),
  ],
  reasons: [],
});

test('what holds a plan up is kept with the moment from which on it did, and forgotten when it does no more', () => {
  const first = recordHoldUps(acceptedCluster(), plan('EtcdMemberHealthy: no answer'), now);
  expect(first.holdUps).toEqual([{ subject: 'demo-control-plane', reasons: ['EtcdMemberHealthy: no answer'], since: now }]);
  expect(recordHoldUps(first, plan('EtcdMemberHealthy: no answer'), now + 5000)).toBe(first);
  const other = recordHoldUps(first, plan('EtcdHasQuorum: lost'), now + 9000);
  expect(other.holdUps).toMatchObject([{ since: now + 9000 }]);
  const free = recordHoldUps(other, plan(), now + 10_000);
  expect(free.holdUps).toBeUndefined();
  expect(recordHoldUps(free, plan(), now + 11_000)).toBe(free);
  expect(free.version).toBe(other.version + 1);
});
