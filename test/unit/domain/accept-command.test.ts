import { expect, test } from 'vitest';
import { startOperation } from '../../../domain/accept-command.ts';
import { acceptedCluster, now } from './support/clusters.ts';

test.each([
  { from: 'Failed', verb: 'create', to: 'Provisioning' },
  { from: 'Provisioning', verb: 'create', to: 'Provisioning' },
  { from: 'Failed', verb: 'delete', to: 'Deleting' },
] as const)('a cluster that is $from and gets a $verb is $to', ({ from, verb, to }) => {
  const state = { ...acceptedCluster(), phase: from };
  expect(startOperation(state, { verb, actor: 'ada@laptop', onFailure: 'block', now }).phase).toBe(to);
});
