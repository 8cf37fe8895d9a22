import { expect, test } from 'vitest';
import { chooseFaults, livesOfAll, type OperationRuns } from '../../workflow/fault-matrix/choose-faults.ts';
import { faultKinds } from '../../workflow/fault-matrix/faults.ts';
import { scenarioNames, subjectsOf } from '../../workflow/fault-matrix/rows.ts';

/** As if everything ran in each of two operations. */
const operations = new Map(
  scenarioNames.map((scenario) => {
    const runs: OperationRuns = new Map(subjectsOf(scenario).map((subject) => [subject, [4, 8, 12]]));
    return [scenario, [runs, runs]] as const;
  }),
);

const choose = (seed: string, life: number) =>
  scenarioNames.flatMap((scenario) => chooseFaults({ scenario, operations: operations.get(scenario) ?? [], seed, life }).flat());

const all = [...new Set(scenarioNames.flatMap(subjectsOf))].toSorted();

test('every life strikes everything once, in one of the scenarios', () => {
  for (const life of [0, 1, 4]) expect(choose('7', life).map(({ subject }) => subject).toSorted()).toEqual(all);
});

test('as many lives as there are kinds of faults are the whole matrix', () => {
  const lives = Array.from({ length: livesOfAll }, (_, life) => choose('7', life)).flat();
  const cells = lives.map(({ subject, kind }) => `${subject} ${kind}`).toSorted();
  expect(cells).toEqual(all.flatMap((subject) => faultKinds.map((kind) => `${subject} ${kind}`)).toSorted());
});

test('the same seed chooses the same, another one something else', () => {
  expect(choose('7', 0)).toEqual(choose('7', 0));
  expect(choose('7', 0)).not.toEqual(choose('8', 0));
});

test('a kill during an effect comes within the time that it takes', () => {
  for (const { afterMs } of choose('7', 0)) expect(afterMs).toBeLessThanOrEqual(8);
});
