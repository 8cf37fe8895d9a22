import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { note } from '../../e2e/harness/note.ts';
import { useTemporal } from '../temporal.ts';
import { chooseFaults, livesOfAll, type OperationRuns } from './choose-faults.ts';
import { createMatrixWorld, type MatrixWorld } from './matrix-world.ts';
import { rowOf, runsBeside, subjectsOf } from './rows.ts';
import { runLife, runStruckLives } from './run-life.ts';
import type { Scenario } from './scenario.ts';

const isFull = process.env['SLIPWAY_TEST_FULL'] === '1';
/** The same for all scenarios: between them they strike everything. */
const seed = inject('faultMatrixSeed');
const lives = Array.from({ length: isFull ? livesOfAll : 1 }, (_, life) => life);
const lifeTimeoutMs = 20 * 60_000;

/**
 * The tests of one scenario: a life in which nothing is struck, which shows what runs in it and when,
 * and then lives in which each of that is struck.
 */
export function describeMatrix(scenario: Scenario): void {
  const { env } = useTemporal();
  let world: MatrixWorld | undefined;
  let operations: readonly OperationRuns[] = [];
  const prefix = scenario.name.replaceAll(' ', '-');

  beforeAll(async () => {
    world = await createMatrixWorld(env());
  });
  afterAll(async () => {
    await world?.remove();
  });
  const ready = (): MatrixWorld => {
    if (world === undefined) throw new Error('the world did not come up');
    return world;
  };

  describe(`fault matrix: ${scenario.name}`, () => {
    test('what runs is what the rows say', { timeout: lifeTimeoutMs }, async () => {
      ({ operations } = await runLife({ world: ready(), scenario, cluster: `${prefix}-plain`, faults: [], seed }));
      const ran = new Set(operations.flatMap((runs) => [...runs.keys()]));
      expect([...ran].filter((subject) => !runsBeside(subject)).toSorted()).toEqual(subjectsOf(scenario.name));
    });

    test.each(lives)(`life %i, seed ${seed}`, { timeout: lifeTimeoutMs }, async (life) => {
      expect(operations, 'without the life before nobody knows what to strike').not.toEqual([]);
      const faults = chooseFaults({ scenario: scenario.name, operations, seed, life });
      note(`${scenario.name}, life ${life}, seed ${seed} (SLIPWAY_TEST_SEED repeats it): ${faults.flat().length} faults`);
      const lived = await runStruckLives({ world: ready(), scenario, cluster: `${prefix}-${life}`, faults, seed: `${seed}/${life}` });
      expect(lived.at(-1)?.missed).toEqual([]);
      // What runs only after a fault needs its row as well.
      const subjects = new Set(lived.flatMap(({ operations: all }) => all.flatMap((runs) => [...runs.keys()])));
      expect([...subjects].filter((subject) => rowOf(subject) === undefined)).toEqual([]);
    });
  });
}
