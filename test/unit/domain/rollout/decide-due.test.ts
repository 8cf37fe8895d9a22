import { describe, expect, test } from 'vitest';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import { currentOperation } from '../../../../domain/cluster-state.ts';
import { beginDue, nextDue } from '../../../../domain/rollout/decide-due.ts';
import { outdatedControlPlanes } from '../../../../domain/rollout/rollout-turn.ts';
import { clusterWith, machine, now } from '../support/clusters.ts';

const day = 24 * 60 * 60 * 1000;

/** At rest, with these settings of the control plane's rollout. */
function resting(rollout: NonNullable<ClusterState['desired']['controlPlane']['rollout']>): ClusterState {
  const state = clusterWith([machine('cp-1', 'Running'), machine('w-1', 'Running')], { phase: 'Provisioned' });
  const operations = state.operations.map((operation) => ({ ...operation, phase: 'Succeeded' as const }));
  return { ...state, operations, desired: { ...state.desired, controlPlane: { ...state.desired.controlPlane, rollout } } };
}

describe('What comes due by the clock', () => {
  test('a date of the manifest: on it a rollout begins, in the name of nobody who is there', () => {
    const state = resting({ after: now + day });
    expect(nextDue(state)).toMatchObject({ at: now + day });
    expect(beginDue(state, now + day - 1)).toBe(state);
    const begun = beginDue(state, now + day);
    expect(currentOperation(begun)).toMatchObject({ verb: 'restart', actor: 'slipway', phase: 'Running' });
    expect([...outdatedControlPlanes(begun).keys()]).toEqual(['cp-1']);
    expect(nextDue(begun)).toBeUndefined();
  });

  test('certificates of a year, so many days before they expire', () => {
    const state = resting({ certificatesExpiryDays: 30 });
    expect(nextDue(state)).toMatchObject({ at: now + 335 * day });
    expect([...outdatedControlPlanes(beginDue(state, now + 335 * day)).keys()]).toEqual(['cp-1']);
  });

  test('nothing, where no date is set, or a Machine is younger than it', () => {
    expect(nextDue(resting({}))).toBeUndefined();
    expect(nextDue(resting({ after: now }))).toBeUndefined();
  });

  test('not beside an operation that is open, nor while the cluster is paused', () => {
    const state = resting({ after: now + day });
    const open = { ...state, operations: state.operations.map((operation) => ({ ...operation, phase: 'Running' as const })) };
    expect(beginDue(open, now + day)).toBe(open);
    const paused = { ...state, paused: { actor: 'ada', at: now } };
    expect(beginDue(paused, now + day)).toBe(paused);
  });
});
