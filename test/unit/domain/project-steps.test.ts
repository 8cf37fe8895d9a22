import { expect, test } from 'vitest';
import { newCluster, startOperation } from '../../../domain/accept-command.ts';
import { nothingObserved } from '../../../domain/plan-facts.ts';
import { projectSteps } from '../../../domain/project-steps.ts';
import { desiredCluster } from '../../workflow/cluster-fixture.ts';

test('a plan of several new Machines of one owner comes to an end, and names each', () => {
  const state = newCluster({ placement: { installation: 'i', uid: 'u', host: 'h' }, desired: desiredCluster('demo', 7, 40), now: 0 });
  const request = { verb: 'create', actor: 'tester', onFailure: 'block', changes: [], now: 0 } as const;
  const { steps, waiting } = projectSteps(startOperation(state, request), nothingObserved);
  expect(waiting).toEqual([]);
  const joined = steps.filter(({ kind }) => kind === 'JoinWorker').map(({ machine }) => machine);
  expect(new Set(joined).size).toBe(40);
  expect(steps.flatMap(({ quorum }) => quorum?.after.voters ?? [])).toEqual([1, 2, 3, 4, 5, 6, 7]);
});
