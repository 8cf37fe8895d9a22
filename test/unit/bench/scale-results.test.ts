import { expect, test } from 'vitest';
import { compareWithAims, type ScaleResults, type ScaleRound } from '../../../bench/scale-results.ts';

const round: ScaleRound = { oneToThree: 25, threeToFive: 51, fiveToThree: 10, threeToOne: 20, workerJoin: 6, writeGap: 0.4, load: 1 };
const results = (rounds: readonly ScaleRound[], many: readonly number[]): ScaleResults => ({
  date: '2026-11-21T12:00:00.000Z',
  machine: { cores: 2, memoryGiB: 24, kernel: '6.18', docker: '28.0.0' },
  kubernetes: 'v1.34.4',
  rounds,
  growth: { few: { cluster: 3, machines: 3, seconds: [2, 1, 9] }, many: { cluster: 99, machines: 299, seconds: many } },
});

test('each median is held against its own aim', () => {
  const aims = compareWithAims(results([round, { ...round, oneToThree: 27 }, { ...round, oneToThree: 90, writeGap: 7 }], [2.1]));
  expect(aims.map(({ value, met }) => [value, met])).toEqual([
    ['27.0 s', true],
    ['51.0 s', false],
    ['30.0 s', true],
    ['6.0 s', true],
    ['0.4 s', true],
    ['2.10 s instead of 2.00 s (1.05)', true],
  ]);
});

test('a tenth more or less is the same, more than that is not', () => {
  expect([1.79, 1.81, 2.19, 2.21].map((many) => compareWithAims(results([round], [many])).at(-1)?.met)).toEqual([false, true, true, false]);
});
