import { describe, expect, test } from 'vitest';
import { acceptSetting } from '../../../../domain/change-cluster.ts';
import { decideApply } from '../../../../domain/decide-apply.ts';
import { decideRestart } from '../../../../domain/rollout/decide-restart.ts';
import { pauseRollout } from '../../../../domain/rollout/pause-rollout.ts';
import { outdatedControlPlanes, outdatedWorkers } from '../../../../domain/rollout/rollout-turn.ts';
import { now } from '../support/clusters.ts';
import { controlPlaneOwner, poolOwner, wholeCluster } from './support/rolling.ts';

const state = wholeCluster();
const later = now + 60_000;

function restarted() {
  const decision = decideRestart(state, { owner: poolOwner, now: later });
  if (decision.action !== 'restart') throw new Error(decision.reasons.join('\n'));
  return acceptSetting(state, { ...decision, verb: 'restart' }, { actor: 'ada@laptop', onFailure: 'block', changes: decision.reasons, now: later });
}

describe('a restart', () => {
  test('makes every Machine of that owner outdated, and no other', () => {
    const after = restarted();
    expect([...outdatedWorkers(after, after.desired.machineDeployments[0]).keys()]).toEqual(['w-1', 'w-2']);
    expect(outdatedControlPlanes(after).size).toBe(0);
    expect(after.operations.at(-1)).toMatchObject({ verb: 'restart', phase: 'Running', changes: ['MachineDeployment/demo-md-0.spec.rolloutAfter: unset → "2026-11-20T12:01:00.000Z"'] });
    expect(after.revision).toBe(state.revision + 1);
  });

  test.each([
    ['an owner that is not there', state, { role: 'worker', name: 'nobody' } as const, 'NotFound', 'it has kubeadmcontrolplane/demo-control-plane, machinedeployment/demo-md-0'],
    ['a paused rollout', pauseRollout(state, { owner: poolOwner, paused: true, actor: 'bob', at: now }), poolOwner, 'Conflict', 'paused by bob'],
    ['a cluster that is being deleted', { ...state, phase: 'Deleting' as const }, poolOwner, 'Conflict', 'is being deleted'],
    ['a cluster that is being made', { ...state, phase: 'Provisioning' as const }, controlPlaneOwner, 'Conflict', 'its create has to end first'],
    [
      'a time that is still to come',
      { ...state, desired: { ...state.desired, controlPlane: { ...state.desired.controlPlane, rollout: { after: later + 1 } } } },
      controlPlaneOwner,
      'Conflict',
      'take spec.rolloutAfter out of it first',
    ],
  ])('of %s is refused', (_what, cluster, owner, refusal, reason) => {
    const decision = decideRestart(cluster, { owner, now: later });
    expect(decision).toMatchObject({ action: 'refuse', refusal });
    expect(decision.reasons.join('\n')).toContain(reason);
  });

  test('is not stopped half-way by an apply that knows nothing of it', () => {
    const after = { ...restarted(), operations: state.operations };
    expect(decideApply(after, { manifest: state.desired })).toMatchObject({ action: 'unchanged' });
    const grown = { ...state.desired, machineDeployments: state.desired.machineDeployments.map((deployment) => ({ ...deployment, replicas: 4 })) };
    const decision = decideApply(after, { manifest: grown });
    if (decision.action !== 'change') throw new Error(decision.reasons.join('\n'));
    expect(decision.merged.desired.machineDeployments[0]).toMatchObject({ replicas: 4, rollout: { after: later } });
    expect(decision.merged.overrides.map(({ field }) => field)).toEqual(['MachineDeployment/demo-md-0.spec.rolloutAfter']);
  });

  test('a manifest with a later time of its own is followed', () => {
    const after = { ...restarted(), operations: state.operations };
    const [pool] = state.desired.machineDeployments;
    if (pool === undefined) throw new Error('the sample has no pool');
    const decision = decideApply(after, { manifest: { ...state.desired, machineDeployments: [{ ...pool, rollout: { after: later + 5000 } }] }, force: true });
    if (decision.action !== 'change') throw new Error(decision.reasons.join('\n'));
    expect(decision.merged.desired.machineDeployments[0]?.rollout?.after).toBe(later + 5000);
    expect(decision.merged.overrides).toEqual([]);
  });
});
