import { draw } from '../../../simulator/rules/random.ts';
import { faultKinds, type Fault } from './faults.ts';
import { rowOf, type ScenarioName } from './rows.ts';

/** What ran in an operation of a life in which nothing was struck: by subject, milliseconds of each run. */
export type OperationRuns = ReadonlyMap<string, readonly number[]>;

/** As many lives as there are kinds of faults have every subject struck in every way. */
export const livesOfAll = faultKinds.length;

/**
 * The faults of one life, by the operation of the scenario in which they wait for their subject. With
 * one seed for all scenarios each subject is struck once in one of them, and in the next life by the
 * next kind of fault, perhaps in another.
 */
export function chooseFaults(request: {
  readonly scenario: ScenarioName;
  readonly operations: readonly OperationRuns[];
  readonly seed: string;
  readonly life: number;
}): readonly (readonly Fault[])[] {
  const { scenario, operations, seed, life } = request;
  const subjects = [...new Set(operations.flatMap((runs) => [...runs.keys()]))].toSorted();
  const chosen = subjects.filter((subject) => homeOf(subject, `${seed}/${life}`) === scenario);
  const placed = chosen.map((subject) => {
    const where = operations.flatMap((runs, index) => (runs.has(subject) ? [index] : []));
    const operation = pick(where, draw(seed, `${subject}/${life}/operation`)) ?? 0;
    const durations = (operations[operation]?.get(subject) ?? []).toSorted((a, b) => a - b);
    const typical = durations[Math.floor(durations.length / 2)] ?? 0;
    const row = rowOf(subject);
    const fault: Fault = {
      subject,
      kind: faultKinds[(Math.floor(draw(seed, subject) * livesOfAll) + life) % livesOfAll] ?? 'killed before',
      afterMs: Math.round(draw(seed, `${subject}/${life}/moment`) * typical),
      late: draw(seed, `${subject}/${life}/late`) < 0.5,
      endless: row !== undefined && 'in' in row && row.endless === true,
    };
    return { operation, fault };
  });
  return operations.map((_, index) => placed.filter(({ operation }) => operation === index).map(({ fault }) => fault));
}

/** The scenario in which a subject is struck. */
function homeOf(subject: string, seed: string): ScenarioName | undefined {
  const row = rowOf(subject);
  return row !== undefined && 'in' in row ? pick(row.in, draw(seed, `${subject}/home`)) : undefined;
}

function pick<T>(items: readonly T[], chance: number): T | undefined {
  return items[Math.floor(chance * items.length)];
}
