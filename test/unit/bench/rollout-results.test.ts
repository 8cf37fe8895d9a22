import { expect, test } from 'vitest';
import { coveredMs } from '../../../bench/intervals.ts';
import { timersOf } from '../../../bench/read-spans.ts';
import { summarizeRollouts, type Replaced, type RolloutResults } from '../../../bench/rollout-results.ts';

const time = (seconds: number) => ({ seconds, nanos: 0 });
const at = (startedAt: number, endedAt: number) => ({ startedAt, endedAt });

test('what overlaps is counted once, and only within the window', () => {
  const window = at(100, 200);
  expect(coveredMs([], window)).toBe(0);
  expect(coveredMs([at(150, 170), at(110, 120)], window)).toBe(30);
  expect(coveredMs([at(110, 150), at(120, 130), at(140, 160)], window)).toBe(50);
  expect(coveredMs([at(0, 110), at(190, 300), at(300, 400), at(10, 20)], window)).toBe(20);
});

test('of timers only those count that fired', () => {
  expect(timersOf([
    { eventId: 1, eventTime: time(1) },
    { eventId: 2, eventTime: time(2) },
    { eventId: 3, eventTime: time(7), timerFiredEventAttributes: { startedEventId: 2 } },
  ])).toEqual([at(2000, 7000)]);
});

const replaced = (outsideMs: number): Replaced => ({ machines: 2, ms: 60_000, outsideMs, heldMs: 10_000 });

test('overhead is over the time inside activities, and what the rules ask for is none', () => {
  const results: RolloutResults = {
    date: '2026-11-21T12:00:00.000Z',
    machine: { cores: 2, memoryGiB: 24, kernel: '6.18', docker: '28.0.0' },
    kubernetes: 'v1.34.4',
    rounds: [{ controlPlane: replaced(12_000), workers: replaced(20_000), load: 1 }],
    simulated: { controlPlane: replaced(0), workers: { ...replaced(0), machines: 97 }, maxSurge: '10%' },
  };
  expect(summarizeRollouts(results).map(({ what, value, met }) => [what.trim(), value, met])).toEqual([
    ['a control-plane Machine replaced', '30.0 s', ''],
    ['of it waits that the rules ask for', '5.0 s', ''],
    ['other time outside activities, over them', '4.2 %', 'yes'],
    ['a worker replaced', '30.0 s', ''],
    ['of it waits that the rules ask for', '5.0 s', ''],
    ['other time outside activities, over them', '25.0 %', 'no'],
    ['2 simulated control-plane Machines replaced', '60.0 s', ''],
    ['97 simulated workers replaced, maxSurge 10%', '60.0 s', ''],
  ]);
  expect(summarizeRollouts({ ...results, rounds: [] })).toHaveLength(2);
});
