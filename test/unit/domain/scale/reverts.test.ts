import { describe, expect, test } from 'vitest';
import { isDone, ticks, untilDone, worldOf } from './support/happenings.ts';
import { hasMajority, votersOf, type World } from './support/world.ts';

/** A wish that is taken back after any number of ticks, with the step that runs going on or given up. */
describe.each([
  [1, 3, 1],
  [3, 1, 3],
  [1, 5, 3],
  [5, 1, 5],
  [3, 7, 1],
])('%i → %i → %i', (from, to, back) => {
  const moments = Array.from({ length: 40 }, (_, index) => index);

  test.each([
    ['its step goes on', false],
    ['its step is given up', true],
  ])('keeps its majority whenever that comes, and ends as wanted: %s', { timeout: 60_000 }, (_name, isGivenUp) => {
    for (const moment of moments) {
      const majorities: boolean[] = [];
      const watch = ({ after }: { readonly after: World }) => majorities.push(hasMajority(after));
      const changing = ticks({ ...worldOf(from), replicas: to }, { count: moment, onTick: watch });
      const reverted = { ...changing, replicas: back, ...(isGivenUp ? { step: undefined } : {}) };
      const world = untilDone(reverted, { onTick: watch });
      const end = { moment, done: isDone(world), voters: votersOf(world).length, machines: world.machines.length };
      expect(end).toEqual({ moment, done: true, voters: back, machines: back });
      expect(majorities).not.toContain(false);
    }
  });
});
