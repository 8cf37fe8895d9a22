import { describe, expect, test } from 'vitest';
import { acceptReplace, acceptScale, resumeScale } from '../../../domain/change-cluster.ts';
import { currentOperation, type ClusterState } from '../../../domain/cluster-state.ts';
import { decideApply } from '../../../domain/decide-apply.ts';
import { decideReplace } from '../../../domain/decide-replace.ts';
import { decideScale } from '../../../domain/decide-scale.ts';
import type { OperationPhase } from '../../../domain/operation.ts';
import { acceptedCluster, clusterWith, desired, machine, now } from './support/clusters.ts';

const controlPlane = { role: 'control-plane', name: 'demo-control-plane' } as const;
const workers = { role: 'worker', name: 'demo-md-0' } as const;
const wish = { actor: 'ada@laptop', onFailure: 'block' as const, changes: [], now };

/** One control plane and one worker, made and at rest, with what `change` makes of what is wanted. */
function atRest(change: (wanted: ClusterState['desired']) => ClusterState['desired'] = (wanted) => wanted): ClusterState {
  const state = clusterWith([machine('cp-1', 'Running'), machine('w-1', 'Running')]);
  return ended({ ...state, desired: change(desired(1, 1)) }, 'Succeeded');
}

function ended(state: ClusterState, phase: OperationPhase): ClusterState {
  return { ...state, operations: state.operations.map((operation, index) => (index === state.operations.length - 1 ? { ...operation, phase } : operation)) };
}

function scaled(state: ClusterState, owner: typeof workers | typeof controlPlane, replicas: number): ClusterState {
  const decision = decideScale(state, { owner, replicas });
  if (decision.action !== 'scale') throw new Error(decision.reasons.join('; '));
  return acceptScale(state, { owner, desired: decision.desired }, { ...wish, changes: decision.reasons });
}

describe('a scale', () => {
  test('to what a manifest could not ask for is refused, and to fewer it never is', () => {
    const narrow = atRest((wanted) => ({ ...wanted, network: { ...wanted.network, podCIDR: '10.0.0.0/22' } }));
    expect(decideScale(narrow, { owner: workers, replicas: 2 })).toMatchObject({ action: 'scale' });
    expect(decideScale(narrow, { owner: workers, replicas: 3 })).toMatchObject({ refusal: 'Invalid', reasons: [expect.stringContaining('holds 4 Node networks of /24, but 4 machines and one replacement need 5')] });
    expect(decideScale(narrow, { owner: controlPlane, replicas: 3 })).toMatchObject({ refusal: 'Invalid' });
    const full = { ...narrow, desired: { ...narrow.desired, network: { ...narrow.desired.network, podCIDR: '10.0.0.0/24' } } };
    expect(decideScale(full, { owner: workers, replicas: 0 })).toMatchObject({ action: 'scale' });
    expect(decideScale(atRest(), { owner: workers, replicas: 100 })).toMatchObject({ refusal: 'Invalid', reasons: [expect.stringContaining('101 Machines; 100 are the most')] });
  });

  test('of a control plane that has no room for another Machine keeps three', () => {
    const tight = atRest((wanted) => ({ ...wanted, controlPlane: { ...wanted.controlPlane, replicas: 3, rollout: { maxSurge: 0 } } }));
    expect(decideScale(tight, { owner: controlPlane, replicas: 1 })).toMatchObject({ refusal: 'Invalid', reasons: [expect.stringContaining('with maxSurge 0')] });
    expect(decideScale(tight, { owner: controlPlane, replicas: 5 })).toMatchObject({ action: 'scale' });
  });

  test.each(['Blocked', 'Cancelled', 'Failed'] as const)('to the same replicas goes on with the one that was %s', (phase) => {
    const stopped = ended(scaled(atRest(), workers, 3), phase);
    expect(decideScale(stopped, { owner: workers, replicas: 3 })).toEqual({ action: 'resume', reasons: [`operation demo-scale-2 is ${phase}`] });
    const resumed = resumeScale(stopped, wish);
    expect(currentOperation(resumed)).toMatchObject({ id: 'demo-scale-3', verb: 'scale', phase: 'Running' });
    expect(resumed).toMatchObject({ desired: stopped.desired, previous: stopped.previous, revision: stopped.revision });
    expect(decideScale(ended(resumed, phase), { owner: workers, replicas: 3 })).toMatchObject({ action: 'resume' });
  });

  test('to the same replicas starts nothing else that was stopped', () => {
    expect(decideScale(ended(scaled(atRest(), workers, 3), 'Cancelled'), { owner: controlPlane, replicas: 1 })).toMatchObject({ action: 'unchanged' });
    expect(decideScale(ended(acceptedCluster(), 'Cancelled'), { owner: workers, replicas: 1 })).toMatchObject({ action: 'unchanged' });
    expect(decideScale(scaled(atRest(), workers, 3), { owner: workers, replicas: 3 })).toMatchObject({ action: 'unchanged' });
  });
});

test('an apply keeps replicas that its manifest leaves out within the limits of a cluster', () => {
  const state = scaled(atRest(), workers, 60);
  const manifest = desired(1, 1);
  const [first] = manifest.machineDeployments;
  if (first === undefined) throw new Error('no workers');
  const { replicas: _replicas, ...template } = first;
  const more = { ...manifest, machineDeployments: [{ ...template, replicas: 1, replicasLeftOut: true as const }, { ...template, name: 'demo-md-1', replicas: 50 }] };
  expect(decideApply(state, { manifest: more })).toMatchObject({ action: 'refuse', refusal: 'ChangeNotSupported', reasons: [expect.stringContaining('111 Machines; 100 are the most')] });
});

test('to abort the replacing of one Machine goes back past a change that was not done either', () => {
  const changed = ended(scaled(atRest(), workers, 3), 'Blocked');
  expect(acceptReplace(changed, 'w-1', wish).previous).toEqual(atRest().desired);
  expect(acceptReplace(ended(changed, 'Succeeded'), 'w-1', wish).previous).toEqual(changed.desired);
});

test('a Machine whose removal was cancelled may be asked to go again', () => {
  const leaving = acceptReplace(atRest(), 'w-1', wish);
  expect(decideReplace(leaving, 'w-1')).toMatchObject({ action: 'attach' });
  expect(decideReplace(ended(leaving, 'Blocked'), 'w-1')).toMatchObject({ action: 'attach' });
  expect(decideReplace(ended(leaving, 'Cancelled'), 'w-1')).toMatchObject({ action: 'replace' });
});
