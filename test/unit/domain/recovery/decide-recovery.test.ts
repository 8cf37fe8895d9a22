import { describe, expect, test } from 'vitest';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import { withOperation } from '../../../../domain/update-state.ts';
import type { OperationPhase } from '../../../../domain/operation.ts';
import { pauseCluster } from '../../../../domain/pause-cluster.ts';
import { decideRecovery } from '../../../../domain/recovery/decide-recovery.ts';
import { desired } from '../support/clusters.ts';
import { backup, recovering, running } from './recoveries.ts';

const own = { ...backup(), cluster: { name: 'demo', uid: 'uid-demo' } };

function inPhase(state: ClusterState, phase: OperationPhase): ClusterState {
  const operation = state.operations.at(-1);
  if (operation === undefined) throw new Error('it has an operation');
  return withOperation(state, { ...operation, phase });
}

describe('a recovery is refused', () => {
  test.each<[string, ClusterState, typeof own, 'Conflict' | 'Invalid', string]>([
    ["with another cluster's backup", running(3, 0), { ...own, cluster: { name: 'other', uid: 'uid-other' } }, 'Invalid', 'of cluster other (UID uid-other), not of demo (UID uid-demo)'],
    ['with a backup of an earlier cluster of that name', running(3, 0), { ...own, cluster: { name: 'demo', uid: 'uid-before' } }, 'Invalid', 'UID uid-before'],
    ['while another is under way', recovering(running(3, 0)), own, 'Conflict', 'being recovered from backup 20261120-130000-abcdef already (demo-recover-3)'],
    ['while another is Blocked', inPhase(recovering(running(3, 0)), 'Blocked'), own, 'Conflict', 'slipway resume'],
    ['while the cluster is being deleted', { ...running(3, 0), phase: 'Deleting' }, own, 'Conflict', 'is being deleted'],
    ['while an operation is being cancelled', inPhase(running(3, 0), 'Cancelling'), own, 'Conflict', 'is cancelling; try again'],
    ['while an operation is being undone', inPhase(running(3, 0), 'Undoing'), own, 'Conflict', 'is undoing; try again'],
  ])('%s', (_when, state, given, refusal, reason) => {
    const decision = decideRecovery(state, given);
    expect(decision).toMatchObject({ action: 'refuse', refusal });
    expect(decision.reasons.join('\n')).toContain(reason);
  });
});

describe('a recovery that may be', () => {
  test.each<[string, ClusterState]>([
    ['of a cluster at rest', running(3, 2)],
    ['of one whose operation goes on', inPhase(running(3, 2), 'Running')],
    ['of one whose operation waits for a person: the quorum may be what it waits for', inPhase(running(3, 2), 'Blocked')],
    ['of one whose recovery was cancelled: there is no other way on', inPhase(recovering(running(3, 2)), 'Cancelled')],
    ['of one whose control planes are all gone', { ...running(3, 2), machines: [] }],
  ])('%s', (_of, state) => {
    expect(decideRecovery(state, own).action).toBe('recover');
  });

  test('says what is lost: writes since the backup, Machines, and each field that goes back', () => {
    const { reasons } = decideRecovery(running(3, 2), { ...own, desired: desired(3, 5) });
    expect(reasons).toEqual([
      'everything written to the API after 2026-11-20T13:00:00.000Z is lost (backup 20261120-130000-abcdef)',
      'control-plane Machines cp-1, cp-2, cp-3 are put out of service and replaced',
      expect.stringMatching(/^back to the backup: .*replicas.*2.*5/),
    ]);
  });
});

test('of a cluster that is paused says that it goes through, and how to go on then', () => {
  const paused = pauseCluster(running(3, 2), { actor: 'bob@laptop', at: 0 });
  expect(decideRecovery(paused, own).reasons.at(-1)).toBe('the cluster is paused by bob@laptop: the recovery goes through all the same, and nothing after it is begun until slipway resume cluster demo');
});
