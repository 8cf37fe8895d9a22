import { expect, test } from 'vitest';
import { clusterConditions } from '../../../../domain/cluster-conditions.ts';
import { condition, type Condition } from '../../../../domain/conditions.ts';
import { recordHoldUps } from '../../../../domain/plan/hold-ups.ts';
import type { StepPlan } from '../../../../domain/plan/plan-steps.ts';
import { acceptedCluster, now } from '../support/clusters.ts';

const plan = (...reasons: readonly string[]): StepPlan => ({
  action: 'wait',
  start: [],
  waiting: [
    { subject: 'cp-1', reasons: ['a step is running'] },
    ...(reasons.length === 0 ? [] : [{ subject: 'demo-control-plane', reasons, recheck: true as const }]),
  ],
  reasons: [],
});

const check = (type: string, status: Condition['status']) => condition(type, status, { reason: type });
const held = (checks: readonly Condition[]): StepPlan => {
  const reasons = checks.filter(({ status }) => status !== 'True').map(({ type }) => type);
  return { action: 'wait', start: [], waiting: [{ subject: 'demo-control-plane', reasons, recheck: true, checks }], reasons: [] };
};

test('each check of a preflight counts from when it began to say what it says', () => {
  const first = recordHoldUps(acceptedCluster(), held([check('NoMachineDeleting', 'True'), check('NodeExists', 'False')]), now);
  const second = recordHoldUps(first, held([check('NoMachineDeleting', 'False'), check('NodeExists', 'False')]), now + 5000);
  expect(second.holdUps?.[0]?.checks).toMatchObject([{ type: 'NoMachineDeleting', since: now + 5000 }, { type: 'NodeExists', since: now }]);
  expect(clusterConditions(second).controlPlane.preflight).toHaveLength(2);
  expect(clusterConditions(second).machineDeployments[0]?.preflight).toEqual([]);
  expect(clusterConditions(second).controlPlane.conditions).toEqual(clusterConditions(acceptedCluster()).controlPlane.conditions);
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
