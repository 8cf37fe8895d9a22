import { expect, test } from 'vitest';
import { readEvictionRefusal } from '../../../activities/kubernetes/eviction-answer.ts';

const budgetStatus = {
  message: "Cannot evict pod as it would violate the pod's disruption budget.",
  details: { causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget web needs 2 healthy pods and has 2 currently' }] },
};

test.each([
  ['a budget that allows none is named', 429, budgetStatus, { kind: 'refused', budgets: ['web'] }],
  ['the same as text', 429, JSON.stringify(budgetStatus), { kind: 'refused', budgets: ['web'] }],
  ['an API server that has too much to do', 429, { message: 'too many requests' }, { kind: 'failed', message: '429: too many requests' }],
  ['two budgets for one Pod', 500, { message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.' }, { kind: 'several' }],
  ['another error of the server', 500, { message: 'etcdserver: request timed out' }, { kind: 'failed', message: '500: etcdserver: request timed out' }],
  ['an answer that is no JSON', 503, '<html>', { kind: 'failed', message: '503: status 503' }],
])('%s', (_name, code, body, expected) => {
  expect(readEvictionRefusal(code, body)).toMatchObject(expected);
});
