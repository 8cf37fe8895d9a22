import { describe, expect, test } from 'vitest';
import { decideApply, newCluster, startOperation, type ApplyDecision } from '../../../domain/accept-command.ts';
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
    expect(decideApply(undefined, desired())).toEqual({ action: 'start', reasons: ['no such cluster exists'] });
  });

  test.each(rows)('of the same manifest, its operation %s (%s): %s', (phase, verb, action) => {
    const decision = decideApply(cluster(phase, verb), desired());
    expect(decision.action).toBe(action);
    expect(decision.reasons.join('')).not.toBe('');
    expect(decision.refusal).toBe(action === 'refuse' ? 'Conflict' : undefined);
  });

  test('of another manifest is refused with every change by field, from what to what', () => {
    const other = desired(3, 2);
    const changed = { ...other, network: { ...other.network, podCIDR: '10.99.0.0/16' } };
    const { action, refusal, reasons } = decideApply(cluster('Succeeded'), changed);
    expect([action, refusal]).toEqual(['refuse', 'ChangeNotSupported']);
    expect(reasons.join('\n')).toMatch(/replicas.*from 1 to 3 is not supported by this version/);
    expect(reasons.join('\n')).toMatch(/cannot be changed once the cluster exists \(from "[0-9./]+" to "10\.99\.0\.0\/16"\)/);
  });

  test('of another manifest to a cluster that is being deleted says that it is being deleted', () => {
    expect(decideApply(cluster('Running', 'delete'), desired(3, 2)).refusal).toBe('Conflict');
  });
});

function start(state: ClusterState): ClusterState {
  return startOperation(state, { verb: 'create', actor: 'ada@laptop', onFailure: 'block', now });
}

describe('an operation', () => {
  test('ends the one before it, and leaves alone one that has ended', () => {
    const [first, second] = start(cluster('Blocked')).operations;
    expect(first).toMatchObject({ phase: 'Cancelled', endedAt: now });
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
