import { expect, test } from 'vitest';
import { withOperation } from '../../../domain/update-state.ts';
import { currentOperation, type ClusterState } from '../../../domain/cluster-state.ts';
import type { OperationPhase } from '../../../domain/operation.ts';
import { startOperation } from '../../../domain/accept-command.ts';
import { ClusterInbox } from '../../../workflows/cluster-inbox.ts';
import { acceptedCluster, now } from '../domain/support/clusters.ts';

const inPhase = (state: ClusterState, phase: OperationPhase): ClusterState => {
  const operation = currentOperation(state);
  if (operation === undefined) throw new Error('no operation');
  return withOperation(state, { ...operation, phase });
};
const deleting = startOperation(acceptedCluster(), { verb: 'delete', actor: 'ada@laptop', onFailure: 'block', now });

/** The entity closes a moment after a removal ends: whoever asks then must not follow one that never runs. */
test.each([
  { what: 'a delete that runs', state: deleting, result: 'attached' },
  { what: 'a delete that has just ended', state: inPhase(deleting, 'Succeeded'), result: 'attached' },
  { what: 'a create that has just been undone', state: inPhase(acceptedCluster(), 'Undone'), result: 'attached' },
  { what: 'a delete that is Blocked', state: inPhase(deleting, 'Blocked'), result: 'started' },
  { what: 'a create that runs', state: acceptedCluster(), result: 'started' },
])('a delete that meets $what is $result', ({ state, result }) => {
  const inbox = new ClusterInbox({ name: 'demo', state });
  expect(inbox.delete({ actor: 'grace@laptop' }).result).toBe(result);
});

test.each([
  { what: 'a create that runs', state: acceptedCluster(), phase: 'Cancelling' },
  { what: 'a create that is Blocked', state: inPhase(acceptedCluster(), 'Blocked'), phase: 'Cancelling' },
  { what: 'a create that is being undone', state: inPhase(acceptedCluster(), 'Undoing'), phase: 'Undoing' },
  { what: 'a create that has ended', state: inPhase(acceptedCluster(), 'Succeeded'), phase: 'Succeeded' },
  { what: 'a delete', state: deleting, phase: 'Running' },
])('a cancel from the Web UI leaves $what $phase', ({ state, phase }) => {
  const inbox = new ClusterInbox({ name: 'demo', state });
  inbox.cancelFromOutside();
  expect(currentOperation(inbox.current())?.phase).toBe(phase);
});
