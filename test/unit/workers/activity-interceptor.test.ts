import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import { ActivityGuard } from '../../../workers/activity-interceptor.ts';

type Told = { readonly workflow: string; readonly run: string | undefined; readonly signal: string; readonly attempt: number };

/** An attempt at an activity under the guard, and what its workflow was told meanwhile. */
async function attemptAt(request: { readonly attempt: number; readonly workflowType?: string; readonly refuses?: boolean }) {
  const { attempt, workflowType = 'joinMachine', refuses = false } = request;
  const told: Told[] = [];
  const getHandle = (workflow: string, run?: string) => ({
    signal: async ({ name }: { readonly name: string }, fact: { readonly attempt: number }) => {
      if (refuses) throw new Error('the workflow has ended');
      told.push({ workflow, run, signal: name, attempt: fact.attempt });
    },
  });
  const info = { attempt, workflowType, workflowExecution: { workflowId: 'cluster/demo/machine/w-1/join', runId: 'run-1' } };
  const environment = new MockActivityEnvironment(info, {
    interceptors: [(context) => ({ inbound: new ActivityGuard(context) })],
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the only part of a client that the guard may use
    client: { workflow: { getHandle }, withAbortSignal: async (_: AbortSignal, run: () => Promise<unknown>) => run() } as never,
  });
  return { answer: await environment.run(async () => 'done'), told };
}

test('a step is told how often its activity has been tried', async () => {
  const { answer, told } = await attemptAt({ attempt: 3 });
  expect(told).toEqual([{ workflow: 'cluster/demo/machine/w-1/join', run: 'run-1', signal: 'retried', attempt: 3 }]);
  expect(answer).toBe('done');
});

test.each([
  ['a first attempt is nothing to tell', { attempt: 1 }],
  ["a cluster's own workflow is no step", { attempt: 2, workflowType: 'clusterWorkflow' }],
  ['what the CLI asks is no step', { attempt: 2, workflowType: 'readMachineLogs' }],
])('%s', async (_, request) => {
  expect((await attemptAt(request)).told).toEqual([]);
});

test('the work is done, whether the step could be told or not', async () => {
  expect(await attemptAt({ attempt: 2, refuses: true })).toEqual({ answer: 'done', told: [] });
});
