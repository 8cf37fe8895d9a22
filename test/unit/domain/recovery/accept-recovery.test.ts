import { describe, expect, test } from 'vitest';
import { startOperation } from '../../../../domain/accept-command.ts';
import { currentOperation, isInitialized } from '../../../../domain/cluster-state.ts';
import { pauseCluster, unpauseCluster } from '../../../../domain/pause-cluster.ts';
import { planSteps } from '../../../../domain/plan/plan-steps.ts';
import { desired } from '../support/clusters.ts';
import { backup, recovering, recoveredAt, running } from './recoveries.ts';

describe('a recovery that is accepted', () => {
  test('puts every control-plane Machine out of service, for good, and leaves the workers as they are', () => {
    const before = running(3, 2);
    const state = recovering(before);
    expect(state.recovery).toEqual({ backup: { id: backup().id, createdAt: backup().createdAt, kubernetesVersion: 'v1.34.4' }, acceptedAt: recoveredAt, lost: ['cp-1', 'cp-2', 'cp-3'] });
    const deletion = { actor: 'ada@laptop', at: recoveredAt, reason: 'a bad day' };
    for (const machine of state.machines.filter(({ role }) => role === 'control-plane')) expect(machine).toMatchObject({ phase: 'Deleting', phaseSince: recoveredAt, deletion });
    const workers = ({ machines }: typeof state) => machines.filter(({ role }) => role === 'worker');
    expect(workers(state)).toEqual(workers(before));
    expect(isInitialized(state)).toBe(false);
  });

  test('wants what the backup says: a specification of its own, as a new revision that is published already', () => {
    const before = running(3, 2);
    const state = recovering(before, { desired: desired(1, 4) });
    expect(state.desired).toEqual(desired(1, 4));
    expect(state.revision).toBe(before.revision + 1);
    expect(state.version).toBeGreaterThan(before.version);
    expect(state.addonsReady).toBe(true);
    expect(currentOperation(state)).toMatchObject({ verb: 'recover', phase: 'Running', actor: 'ada@laptop', reason: 'a bad day', changes: ['the quorum is lost'] });
  });

  test('of the midst of an upgrade goes back to the version that runs in it', () => {
    const wanted = desired(3, 2);
    const midst = { ...wanted, controlPlane: { ...wanted.controlPlane, version: 'v1.35.0' } };
    expect(recovering(running(3, 2), { desired: midst }).desired.controlPlane.version).toBe('v1.34.4');
  });

  test('goes through although the cluster is paused: the pause holds what comes after, and one that is said meanwhile holds it, too', () => {
    const paused = { actor: 'bob@laptop', at: recoveredAt };
    const state = recovering(pauseCluster(running(3, 0), paused));
    expect(planSteps(state).start.map(({ kind }) => kind)).toEqual(['StopControlPlane']);
    expect(state.paused).toEqual(paused);
    const later = startOperation(state, { verb: 'scale', actor: 'ada@laptop', onFailure: 'block', now: recoveredAt + 1 });
    expect(planSteps(later)).toMatchObject({ action: 'wait', start: [], reasons: ['paused by bob@laptop'] });
    const meanwhile = pauseCluster(unpauseCluster(state), { ...paused, at: recoveredAt + 1 });
    expect(planSteps(meanwhile)).toMatchObject({ action: 'wait', start: [], reasons: ['paused by bob@laptop'] });
  });
});
