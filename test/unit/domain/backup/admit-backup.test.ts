import { expect, test } from 'vitest';
import { startOperation } from '../../../../domain/accept-command.ts';
import { findBackupRefusal } from '../../../../domain/backup/admit-backup.ts';
import { currentOperation, type ClusterState } from '../../../../domain/cluster-state.ts';
import { withOperation } from '../../../../domain/update-state.ts';
import type { OperationPhase } from '../../../../domain/operation.ts';
import { acceptedCluster, machine, now } from '../support/clusters.ts';

const running: ClusterState = { ...acceptedCluster(), phase: 'Provisioned', machines: [machine('cp-1', 'Running'), machine('w-1', 'Running')] };

function recovering(phase: OperationPhase): ClusterState {
  const begun = startOperation(running, { verb: 'recover', actor: 'tester', onFailure: 'block', changes: [], now });
  const operation = currentOperation(begun);
  if (operation === undefined) throw new Error('there is no operation');
  return withOperation(begun, { ...operation, phase });
}

test('a cluster that runs is backed up, also while its create is still under way', () => {
  expect(findBackupRefusal(running)).toBeUndefined();
  expect(findBackupRefusal({ ...running, phase: 'Provisioning' })).toBeUndefined();
});

test.for<readonly [string, ClusterState, RegExp]>([
  ['that is being recovered', recovering('Running'), /is being recovered \(operation demo-recover-\d+\)/],
  ['whose recovery is Blocked', recovering('Blocked'), /is being recovered/],
  ['that is being deleted', { ...running, phase: 'Deleting' }, /is being deleted/],
  ['without a control plane', { ...running, machines: [machine('cp-1', 'Bootstrapping')] }, /has no control plane yet/],
])('one %s is not', ([, state, reason]) => {
  expect(findBackupRefusal(state)).toMatch(reason);
});

test('one that was recovered is', () => {
  expect(findBackupRefusal(recovering('Succeeded'))).toBeUndefined();
});
