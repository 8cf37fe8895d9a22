import { describe, expect, test } from 'vitest';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import { acceptUndo } from '../../../../domain/rollout/accept-undo.ts';
import { decideUndo, type UndoTarget } from '../../../../domain/rollout/decide-undo.ts';
import { pauseRollout } from '../../../../domain/rollout/pause-rollout.ts';
import { now } from '../support/clusters.ts';
import { controlPlaneOwner, poolOwner, rollTo, wholeCluster, withVersion } from './support/rolling.ts';

const older = 'v1.33.13';
const newer = 'v1.34.4';
const whole = wholeCluster(3, 2, older);
const before: UndoTarget = { revision: 1, desired: whole.desired };
const upgrading = rollTo(whole, withVersion(whole.desired, newer));

/** So many control planes have been replaced by then; the last ones may be on their way out. */
function replaced(count: number, leaving = 0): ClusterState {
  const machines = upgrading.machines.map((machine, index) => {
    if (machine.role !== 'control-plane') return machine;
    if (index < count) return { ...machine, version: newer, template: 'new' };
    return index < count + leaving ? { ...machine, phase: 'Deleting' as const } : machine;
  });
  return { ...upgrading, machines };
}

describe('undo of a minor upgrade of the control plane', () => {
  test.each([
    ['before the first Machine', replaced(0), 'undo'],
    ['after the first', replaced(1), 'undo'],
    ['while one of the older version is left', replaced(2), 'undo'],
    ['while the last of the older version goes', replaced(2, 1), 'refuse'],
    ['when all are replaced', replaced(3), 'refuse'],
  ])('%s', (_when, state, action) => {
    expect(decideUndo(state, { target: before })).toMatchObject({ action });
  });

  test('after the point of no return it says what is still possible, and names the snapshot', () => {
    const state = replaced(3);
    const operations = state.operations.map((operation) => ({ ...operation, snapshot: 'demo-20261120-120000' }));
    const decision = decideUndo({ ...state, operations }, { target: before });
    expect(decision).toMatchObject({ action: 'refuse', refusal: 'Conflict' });
    const text = decision.reasons.join('\n');
    for (const part of ['cannot go back to v1.33', 'another patch of v1.34', 'slipway rollout undo machinedeployment/demo-md-0', 'demo-20261120-120000']) expect(text).toContain(part);
    expect(decideUndo(state, { target: before }).reasons.join('\n')).toContain('no snapshot of cluster demo from before is on record');
  });

  test('the workers alone go back at any time: kubelets may be older', () => {
    const decision = decideUndo(replaced(3), { owner: poolOwner, target: before });
    expect(decision).toMatchObject({ action: 'undo', reasons: ['MachineDeployment/demo-md-0.spec.template.spec.version: "v1.34.4" → "v1.33.13"'] });
  });

  test('the control plane alone cannot: its workers would be newer than it', () => {
    const decision = decideUndo(replaced(1), { owner: controlPlaneOwner, target: before });
    expect(decision).toMatchObject({ action: 'refuse', refusal: 'Conflict' });
    expect(decision.reasons.join('\n')).toMatch(/machinedeployment\/demo-md-0 of version v1\.34\.4 must not be newer.*undo cluster\/demo takes both back/);
  });

  test('forward again it is an upgrade, one minor version at a time', () => {
    expect(decideUndo(whole, { target: { revision: 2, desired: withVersion(whole.desired, newer) } })).toMatchObject({ action: 'undo' });
    const far = decideUndo(whole, { target: { revision: 2, desired: withVersion(whole.desired, 'v1.36.0') } });
    expect(far).toMatchObject({ action: 'refuse', reasons: [expect.stringContaining('one at a time')] });
  });

  test('a patch version goes back even when no Machine of it is left', () => {
    const patched = rollTo(whole, withVersion(whole.desired, 'v1.33.14'));
    const machines = patched.machines.map((machine) => ({ ...machine, version: 'v1.33.14' }));
    expect(decideUndo({ ...patched, machines }, { target: before })).toMatchObject({ action: 'undo' });
  });
});

describe('what goes back', () => {
  const [pool] = whole.desired.machineDeployments;
  if (pool === undefined) throw new Error('the sample has no pool');
  const images = { ...whole.desired, machineDeployments: [{ ...pool, replicas: 5, infrastructure: { ...pool.infrastructure, customImage: 'other:1' } }] };
  const changed = rollTo(whole, images);

  test("one owner's template, not its replicas", () => {
    const decision = decideUndo(changed, { owner: poolOwner, target: before });
    if (decision.action !== 'undo') throw new Error(decision.reasons.join('\n'));
    expect(decision.desired.machineDeployments).toEqual([{ ...pool, replicas: 5 }]);
    expect(decision.fields).toEqual(['DockerMachineTemplate(MachineDeployment/demo-md-0).spec.template.spec.customImage']);
  });

  test('all of a cluster', () => {
    const decision = decideUndo(changed, { target: before });
    expect(decision).toMatchObject({ action: 'undo', desired: before.desired });
    expect(decideUndo(whole, { target: before })).toMatchObject({ action: 'unchanged' });
  });

  test('nothing where the owner, or the revision of it, is not there', () => {
    expect(decideUndo(changed, { owner: { role: 'worker', name: 'nobody' }, target: before })).toMatchObject({ action: 'refuse', refusal: 'NotFound' });
    const without = { revision: 1, desired: { ...whole.desired, machineDeployments: [] } };
    expect(decideUndo(changed, { owner: poolOwner, target: without })).toMatchObject({ action: 'refuse', refusal: 'NotFound', reasons: ['revision 1 has no machinedeployment/demo-md-0'] });
  });

  test('what is paused, whose pause ends with it: to let it go on first could take it past the point of no return', () => {
    const paused = pauseRollout(pauseRollout(changed, { owner: poolOwner, paused: true, actor: 'bob', at: now, reason: 'it is bad' }), { owner: controlPlaneOwner, paused: true, actor: 'bob', at: now });
    const decision = decideUndo(paused, { target: before });
    if (decision.action !== 'undo') throw new Error(decision.reasons.join('\n'));
    expect(decision.resumes).toEqual([poolOwner]);
    expect(decision.reasons.at(-1)).toBe('machinedeployment/demo-md-0: its rollout is paused by bob: it is bad; that ends');
    const undone = acceptUndo(paused, decision, { actor: 'ada@laptop', reason: 'back', onFailure: 'block', changes: decision.reasons, now });
    expect(undone.rollouts?.paused?.map(({ owner }) => owner)).toEqual(['demo-control-plane']);
    expect(undone.rollouts?.said?.unsaved.at(-1)).toMatchObject({ action: 'rollout resume', actor: 'ada@laptop', reason: 'back' });
    expect(undone.operations.at(-1)).toMatchObject({ verb: 'undo', phase: 'Running' });
  });

  test('nothing that no cluster can take, and nothing of one that is not there yet', () => {
    const network = { revision: 1, desired: { ...whole.desired, network: { ...whole.desired.network, podCIDR: '10.99.0.0/16' } } };
    expect(decideUndo(changed, { target: network })).toMatchObject({ action: 'refuse', refusal: 'ChangeNotSupported' });
    for (const phase of ['Provisioning', 'Deleting'] as const) expect(decideUndo({ ...changed, phase }, { target: before })).toMatchObject({ action: 'refuse', refusal: 'Conflict' });
  });
});
