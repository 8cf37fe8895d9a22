import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import * as workflows from '../../workflows/all.ts';
import { installRuntime, workflowBundle } from '../workflow/temporal.ts';
import { scenarios } from './scenarios.ts';

const folder = fileURLToPath(new URL('histories/', import.meta.url));

/** Only what is looked at here; the rest is Temporal's own and passed on as it is. */
const recordedSchema = z.array(
  z.object({
    workflowId: z.string(),
    history: z.looseObject({
      events: z.array(
        z.looseObject({
          activityTaskScheduledEventAttributes: z
            .looseObject({ activityType: z.looseObject({ name: z.string() }) })
            .nullish(),
          workflowExecutionStartedEventAttributes: z.looseObject({ workflowType: z.looseObject({ name: z.string() }) }).nullish(),
        }),
      ),
    }),
  }),
);
type Recorded = z.infer<typeof recordedSchema>;

const read = (file: string): Recorded => recordedSchema.parse(JSON.parse(readFileSync(`${folder}${file}`, 'utf8')));

/** One line for each history that does not replay. */
async function replay(recorded: Recorded): Promise<readonly string[]> {
  const results = Worker.runReplayHistories({ workflowBundle: workflowBundle() }, recorded);
  const failures: string[] = [];
  for await (const { workflowId, error } of results) {
    if (error !== undefined) failures.push(`${workflowId}: ${error.name}: ${error.message}`);
  }
  return failures;
}

beforeAll(installRuntime);

describe('recorded histories', () => {
  test('every scenario was recorded', () => {
    expect(readdirSync(folder).toSorted()).toEqual(Object.keys(scenarios).map((name) => `${name}.json`).toSorted());
  });

  test('every workflow type is among them', () => {
    const recorded = readdirSync(folder).flatMap(read);
    const types = recorded.flatMap(({ history }) => history.events.flatMap((event) => event.workflowExecutionStartedEventAttributes?.workflowType.name ?? []));
    expect([...new Set(types)].toSorted()).toEqual(Object.keys(workflows).toSorted());
  });

  test('all of them replay with the code as it stands', async () => {
    const recorded = readdirSync(folder).flatMap(read);
    expect(recorded.length).toBeGreaterThan(20);
    expect(await replay(recorded)).toEqual([]);
  });

  test('one whose activities stand in another order fails: the check bites', async () => {
    const step = read('create-3-2.json').find((run) => run.workflowId.endsWith('/provision'));
    if (step === undefined) throw new Error('no provision step was recorded');
    const scheduled = step.history.events.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
    expect(scheduled.map((event) => event.activityType.name)).toEqual(['ensureMachine', 'waitForSsh']);
    for (const event of scheduled) {
      event.activityType.name = event.activityType.name === 'ensureMachine' ? 'waitForSsh' : 'ensureMachine';
    }
    expect(await replay([step])).toEqual([expect.stringContaining('DeterminismViolationError')]);
  });
});
