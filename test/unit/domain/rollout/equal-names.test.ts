import { describe, expect, test } from 'vitest';
import { currentOperation, type ClusterState } from '../../../../domain/cluster-state.ts';
import type { Owner } from '../../../../domain/owner.ts';
import { recordHoldUps } from '../../../../domain/plan/hold-ups.ts';
import { planSteps } from '../../../../domain/plan/plan-steps.ts';
import { projectSteps } from '../../../../domain/plan/project-steps.ts';
import { decideRolloutPause, pauseRollout } from '../../../../domain/rollout/pause-rollout.ts';
import { orderOf } from '../../../../domain/rollout/plan-order.ts';
import type { RolloutPause } from '../../../../domain/rollout/rollout-word.ts';
import { rolloutConditions } from '../../../../domain/rollout/rollout-conditions.ts';
import { rolloutStatus } from '../../../../domain/rollout/rollout-status.ts';
import { upgradeStanding, upgradeState } from '../../../../domain/upgrade-state.ts';
import { healthyFacts } from '../../../healthy-facts.ts';
import { now } from '../support/clusters.ts';
import { happen } from './support/happenings.ts';
import { image, wanted, withControlPlane, withPools } from './support/wishes.ts';
import { worldOf } from './support/world.ts';

/** A KubeadmControlPlane and a MachineDeployment may have the same name: kinds have names of their own. */

const name = 'demo';
const controlPlane: Owner = { role: 'control-plane', name };
const pool: Owner = { role: 'worker', name };

/** One control plane and two workers, all of which are to be replaced. */
function rolling(): ClusterState {
  const desired = withPools({ name })(withControlPlane({ name })(wanted(1, [{ replicas: 2 }])));
  return happen(worldOf(desired), { kind: 'want', what: '', desired: (before) => withPools(image('b'))(withControlPlane(image('b'))(before)) }).state;
}

/** As it is in the store, of a type that is no more. */
const asStored = <Value>(_now: Value, value: unknown): Value => JSON.parse(JSON.stringify(value));
const pause = (state: ClusterState, owner: Owner): ClusterState => pauseRollout(state, { owner, paused: true, actor: 'ada@laptop', at: now });
const waitsOf = (state: ClusterState): readonly string[] => planSteps(state, healthyFacts(state.machines)).waiting.map(({ role, reasons }) => `${role}: ${reasons.join()}`);

describe('a control plane and a pool of one name', () => {
  test('are paused and go on each by itself', () => {
    const held = pause(rolling(), pool);
    expect(decideRolloutPause(held, { owner: controlPlane, paused: true }).action).toBe('pause');
    expect(planSteps(held, healthyFacts(held.machines)).start.map(({ kind }) => kind)).toEqual(['TakeBackup']);
    const both = pause(held, controlPlane);
    expect(waitsOf(both)).toEqual(['control-plane: its rollout is paused by ada@laptop', 'worker: its rollout is paused by ada@laptop']);
    const one = pauseRollout(both, { owner: controlPlane, paused: false, actor: 'ada@laptop', at: now });
    expect(one.rollouts?.paused?.map(({ role }) => role)).toEqual(['worker']);
  });

  test('surge each by itself', () => {
    const { surge = [] } = planSteps(pause(rolling(), controlPlane), healthyFacts(rolling().machines));
    expect(surge.map(({ owner, role }) => `${role}/${owner}`)).toEqual(['worker/demo']);
  });

  test('have lanes of their own in a plan', () => {
    const state = rolling();
    const { lanes } = orderOf(state.desired, projectSteps(state, healthyFacts(state.machines)).steps);
    expect(Object.keys(lanes).toSorted()).toEqual(['kubeadmcontrolplane/demo', 'machinedeployment/demo']);
    expect(lanes['machinedeployment/demo']?.map(({ kind }) => kind)).toEqual(['JoinWorker', 'RemoveMachine', 'JoinWorker', 'RemoveMachine']);
  });

  test('are shown with what holds each of them up', () => {
    const paused = pause(rolling(), pool);
    const held = recordHoldUps(paused, planSteps(pause(paused, controlPlane), healthyFacts(paused.machines)), now);
    const conditions = rolloutStatus(held, { known: true, value: [], at: now }).owners.map((owner) => rolloutConditions(held, owner).map(({ type, reason }) => `${type} ${reason}`));
    expect(conditions).toEqual([['RollingOut HeldUp'], ['RollingOut RolloutPaused', 'RolloutPaused Paused']]);
  });
});

describe('what an earlier Slipway wrote by names alone', () => {
  const state = rolling();
  const stored: Omit<RolloutPause, 'role'> = { owner: name, actor: 'ada@laptop', at: now };

  test('holds whom it held', () => {
    const rollouts = asStored<NonNullable<ClusterState['rollouts']>>({}, { paused: [stored, { ...stored, owner: 'gone' }] });
    const upgraded = upgradeState({ ...state, rollouts });
    expect(upgraded.rollouts?.paused).toEqual([{ ...stored, role: 'control-plane' }, { ...stored, role: 'worker' }]);
    expect(upgradeStanding({ rollouts }, state.desired).rollouts).toEqual(upgraded.rollouts);
    expect(upgradeState(upgraded)).toBe(upgraded);
  });

  test('is followed as it was agreed to', () => {
    const { desired } = happen(worldOf(wanted(1, [{ replicas: 1 }])), { kind: 'want', what: '', desired: withPools(image('b')) }).state;
    const order = orderOf(desired, [
      { kind: 'UploadConfig', reasons: [], round: 1 },
      { kind: 'RemoveMachine', machine: 'w-1', owner: 'demo-md-0', role: 'worker', from: 'v1.33.13/a', reasons: [], round: 2 },
    ]);
    const lanes = { 'demo-control-plane': ['UploadConfig'], 'demo-md-0': ['RemoveMachine v1.33.13/a → none'] };
    const operation = currentOperation(state);
    if (operation === undefined) throw new Error('an operation runs');
    const old = { ...state, desired, operations: [{ ...operation, plan: asStored(order, { hash: 'of before', lanes }) }] };
    expect(currentOperation(upgradeState(old))?.plan).toEqual(order);
  });

  test('is left as it is where there is nothing of it', () => {
    expect(upgradeState(state)).toBe(state);
  });
});
