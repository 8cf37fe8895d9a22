import { describe, expect, test } from 'vitest';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import { acceptApply } from '../../../../domain/change-cluster.ts';
import { mergeApply } from '../../../../domain/merge-apply.ts';
import { currentOperation } from '../../../../domain/cluster-state.ts';
import { nothingObserved } from '../../../../domain/plan-facts.ts';
import { projectFacts } from '../../../../domain/project-facts.ts';
import { projectSteps } from '../../../../domain/project-steps.ts';
import { followPlan } from '../../../../domain/rollout/follow-plan.ts';
import { compareOrders, orderOf } from '../../../../domain/rollout/plan-order.ts';
import { clusterWith, machine, now } from '../support/clusters.ts';

const names = ['cp-1', 'cp-2', 'cp-3', 'w-1', 'w-2'];

/** Three control planes and two workers of v1.33.13 that are to become v1.34.4. */
function upgrading(): ClusterState {
  const old = names.map((name) => machine(name, 'Running', { version: 'v1.33.13', createdAt: now }));
  const state = clusterWith(old, { addonsReady: true, phase: 'Provisioned' });
  const succeeded = { ...state, operations: state.operations.map((operation) => ({ ...operation, phase: 'Succeeded' as const })) };
  const before = { ...succeeded, desired: withVersion(state.desired, 'v1.33.13') };
  const merged = mergeApply({ current: before.desired, overrides: [], manifest: withVersion(state.desired, 'v1.34.4') });
  return acceptApply(before, merged, { actor: 'ada', onFailure: 'block', changes: [], now });
}

function withVersion(desired: ClusterState['desired'], version: string): ClusterState['desired'] {
  const machineDeployments = desired.machineDeployments.map((deployment) => ({ ...deployment, version }));
  return { ...desired, controlPlane: { ...desired.controlPlane, version }, machineDeployments };
}

/** Everything is there and well. */
function healthyFacts(state: ClusterState) {
  return projectFacts(nothingObserved, { before: { ...state, machines: [] }, now: state });
}

function hash(of: ClusterState): string {
  return orderOf(of.desired, projectSteps(of, healthyFacts(of)).steps).hash;
}

describe('The order of a plan', () => {
  test('of an upgrade: configuration, control planes one by one, add-ons, workers', async () => {
    const state = upgrading();
    const { steps, waiting } = projectSteps(state, healthyFacts(state));
    expect(waiting).toEqual([]);
    await expect(`${JSON.stringify(orderOf(state.desired, steps).lanes, undefined, 2)}\n`).toMatchFileSnapshot('../../../golden/domain/rollout/order-3-2.json');
  });

  test('has one hash, whatever the Machines are called', () => {
    const state = upgrading();
    const other = { ...state, machines: state.machines.map((each) => ({ ...each, name: each.name.replace('-', '-x-') })) };
    expect(hash(other)).toBe(hash(state));
    expect(hash({ ...state, machines: state.machines.slice(1) })).not.toBe(hash(state));
  });

  test('that has changed says where the two part', () => {
    expect(compareOrders({ md: ['a', 'b'], cp: ['c'] }, { md: ['a', 'd'], cp: ['c'] })).toEqual(['md, step 2: agreed was b; now it would be d']);
    expect(compareOrders({ md: ['a'] }, { md: ['a'] })).toEqual([]);
  });

  test('is followed step by step, and nothing else is started', () => {
    const state = upgrading();
    const { steps } = projectSteps(state, healthyFacts(state));
    const agreed: ClusterState = { ...state, operations: state.operations.map((each) => (each === currentOperation(state) ? { ...each, plan: orderOf(state.desired, steps) } : each)) };
    const upload = steps.find(({ kind }) => kind === 'UploadConfig');
    expect(upload).toBeDefined();
    const first = followPlan(agreed, [{ kind: 'UploadConfig', brings: 'x', reasons: [] }]);
    expect(first.action).toBe('follow');
    expect(followPlan(agreed, [{ kind: 'RemoveMachine', machine: 'cp-1', reasons: [] }])).toMatchObject({ action: 'stop' });
    const repaired = { ...agreed, machines: agreed.machines.map((each) => (each.name === 'cp-1' ? { ...each, deletion: { actor: 'ada', at: now } } : each)) };
    expect(followPlan(repaired, [{ kind: 'RemoveMachine', machine: 'cp-1', reasons: [] }]).action).toBe('follow');
  });
});
