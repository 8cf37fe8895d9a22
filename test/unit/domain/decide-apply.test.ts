import { describe, expect, test } from 'vitest';
import { newCluster, startOperation } from '../../../domain/accept-command.ts';
import { decideApply, type ApplyDecision } from '../../../domain/decide-apply.ts';
import type { ClusterState } from '../../../domain/cluster-state.ts';
import { isOpen, type OperationPhase, type OperationVerb } from '../../../domain/operation.ts';
import { acceptedCluster, desired, now } from './support/clusters.ts';

function cluster(phase: OperationPhase, verb: OperationVerb = 'create'): ClusterState {
  const state = acceptedCluster();
  return {
    ...state,
    phase: verb === 'delete' || phase === 'Undoing' ? 'Deleting' : state.phase,
    operations: state.operations.map((operation) => ({ ...operation, phase, verb })),
  };
}

type Row = readonly [OperationPhase, OperationVerb, ApplyDecision['action']];

const rows: readonly Row[] = [
  ['Running', 'create', 'attach'],
  ['Running', 'adopt', 'attach'],
  ['Blocked', 'create', 'resume'],
  ['Blocked', 'adopt', 'resume'],
  ['Cancelling', 'create', 'refuse'],
  ['Cancelled', 'create', 'resume'],
  ['Undoing', 'create', 'refuse'],
  ['Undone', 'create', 'refuse'],
  ['Failed', 'create', 'resume'],
  ['Succeeded', 'create', 'unchanged'],
  ['Succeeded', 'adopt', 'unchanged'],
  ['Running', 'delete', 'refuse'],
  ['Blocked', 'delete', 'refuse'],
  ['Succeeded', 'delete', 'refuse'],
];

describe('an apply', () => {
  test('of a new name starts', () => {
    expect(decideApply(undefined, { manifest: desired() })).toEqual({ action: 'start', reasons: ['no such cluster exists'] });
  });

  test.each(rows)('of the same manifest, its operation %s (%s): %s', (phase, verb, action) => {
    const decision = decideApply(cluster(phase, verb), { manifest: desired() });
    expect(decision.action).toBe(action);
    expect(decision.reasons.join('')).not.toBe('');
    expect(decision).toMatchObject(action === 'refuse' ? { refusal: 'Conflict' } : {});
  });

  test('that no cluster can take is refused with every such change, by field, from what to what', () => {
    const other = desired(3, 2);
    const changed = { ...other, network: { ...other.network, podCIDR: '10.99.0.0/16', serviceDomain: 'other.local' } };
    const decision = decideApply(cluster('Succeeded'), { manifest: changed });
    expect(decision).toMatchObject({ action: 'refuse', refusal: 'ChangeNotSupported' });
    expect(decision.reasons.join('\n')).toMatch(/serviceDomain cannot be changed once the cluster exists/);
    expect(decision.reasons.join('\n')).toMatch(/cannot be changed once the cluster exists \(from "[0-9./]+" to "10\.99\.0\.0\/16"\)/);
    expect(decision.reasons.join('\n')).not.toContain('replicas');
  });

  test('of another version is a change: Machines are replaced', () => {
    const other = desired(3, 2);
    const manifest = { ...other, controlPlane: { ...other.controlPlane, version: 'v1.34.5' } };
    expect(decideApply(cluster('Succeeded'), { manifest })).toMatchObject({ action: 'change' });
  });

  test.each<Row>([
    ['Succeeded', 'create', 'change'],
    ['Succeeded', 'adopt', 'change'],
    ['Running', 'create', 'refuse'],
    ['Running', 'adopt', 'refuse'],
    ['Cancelling', 'scale', 'refuse'],
    ['Undoing', 'create', 'refuse'],
    ['Running', 'scale', 'change'],
    ['Running', 'apply', 'change'],
    ['Blocked', 'scale', 'change'],
    ['Blocked', 'create', 'change'],
    ['Cancelled', 'create', 'change'],
    ['Running', 'delete', 'refuse'],
  ])('with other replicas, its operation %s (%s): %s', (phase, verb, action) => {
    expect(decideApply(cluster(phase, verb), { manifest: desired(3, 2) }).action).toBe(action);
  });

  test('of another manifest to a cluster that is being deleted says that it is being deleted', () => {
    expect(decideApply(cluster('Running', 'delete'), { manifest: desired(3, 2) })).toMatchObject({ refusal: 'Conflict' });
  });
});

describe('what was set elsewhere since the last apply', () => {
  const override = { field: 'MachineDeployment/demo-md-0.spec.replicas', actor: 'bob@desk', operation: 'demo-scale-2', at: now };
  const scaled: ClusterState = { ...cluster('Succeeded', 'scale'), desired: desired(1, 5), overrides: [override] };

  test('is shown, and not taken back without --force', () => {
    const decision = decideApply(scaled, { manifest: desired(1, 2) });
    expect(decision).toMatchObject({ action: 'refuse', refusal: 'Conflict' });
    expect(decision.reasons).toEqual([
      'MachineDeployment/demo-md-0.spec.replicas: 5 → 2: bob@desk set 5 since the last apply (demo-scale-2); --force takes it back',
    ]);
    expect(decideApply(scaled, { manifest: desired(1, 2), force: true })).toMatchObject({ action: 'change', merged: { overrides: [] } });
  });

  test('stays where the manifest says nothing of it, and the manifest may still be silent later', () => {
    const manifest = desired(3, 1);
    const [deployment] = manifest.machineDeployments;
    if (deployment === undefined) throw new Error('the manifest has a MachineDeployment');
    const silent = { ...manifest, machineDeployments: [{ ...deployment, replicasLeftOut: true as const }] };
    expect(decideApply(scaled, { manifest: silent })).toMatchObject({
      action: 'change',
      merged: { desired: { machineDeployments: [{ replicas: 5 }] }, overrides: [override] },
      reasons: ['KubeadmControlPlane/demo-control-plane.spec.replicas: 1 → 3'],
    });
  });

  test('is taken over by a manifest that says the same', () => {
    expect(decideApply(scaled, { manifest: desired(1, 5) }).action).toBe('unchanged');
    const both = { ...desired(3, 5) };
    expect(decideApply(scaled, { manifest: both })).toMatchObject({ action: 'change', merged: { overrides: [] } });
  });
});

function start(state: ClusterState): ClusterState {
  return startOperation(state, { verb: 'create', actor: 'ada@laptop', onFailure: 'block', now });
}

describe('an operation', () => {
  test('ends the one before it, and leaves alone one that has ended', () => {
    const [first, second] = start(cluster('Blocked')).operations;
    expect(first).toMatchObject({ phase: 'Superseded', endedAt: now });
    expect(second).toMatchObject({ id: 'demo-create-2', phase: 'Running' });
    expect(start(cluster('Failed')).operations[0]?.phase).toBe('Failed');
  });

  test('keeps its number when old ones are forgotten: twenty are kept, no ID comes twice', () => {
    let state = newCluster({ placement: { installation: 'inst-1', uid: 'uid-demo', host: 'local' }, desired: desired(), now });
    const ids = new Set<string>();
    for (let count = 1; count <= 30; count += 1) {
      state = start(state);
      ids.add(state.operations.at(-1)?.id ?? '');
    }
    expect(ids.size).toBe(30);
    expect(state.operations).toHaveLength(20);
    expect(state.operations.at(-1)?.id).toBe('demo-create-30');
    expect(state.operations.filter(isOpen)).toHaveLength(1);
  });

  test('keeps its reason where one was given', () => {
    const state = startOperation(cluster('Succeeded'), { verb: 'delete', actor: 'ada@laptop', reason: 'no longer needed', onFailure: 'block', now });
    expect(state.operations.at(-1)).toMatchObject({ verb: 'delete', reason: 'no longer needed', actor: 'ada@laptop' });
    expect(state.phase).toBe('Deleting');
  });
});

test('a new cluster is provisioning, where it was placed, with nothing made yet', () => {
  const placement = { installation: 'inst-1', uid: 'uid-demo', host: 'rack-2' };
  expect(newCluster({ placement, desired: desired(), now })).toMatchObject({
    identity: { installation: 'inst-1', name: 'demo', uid: 'uid-demo' },
    host: 'rack-2',
    phase: 'Provisioning',
    revision: 1,
    version: 1,
    machines: [],
    steps: [],
    operations: [],
  });
});
