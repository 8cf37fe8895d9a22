import { describe, expect, test } from 'vitest';
import { planControlPlane } from '../../../../domain/scale/plan-control-plane.ts';
import { ticks, worldOf } from './support/happenings.ts';
import { hasMajority, observe, votersOf, wishOf, type World } from './support/world.ts';

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
  ])('keeps its majority whenever that comes, and ends as wanted: %s', (_name, isGivenUp) => {
    for (const moment of moments) {
      const majorities: boolean[] = [];
      const watch = ({ after }: { readonly after: World }) => majorities.push(hasMajority(after));
      const changing = ticks({ ...worldOf(from), replicas: to }, { count: moment, onTick: watch });
      const reverted = { ...changing, replicas: back, ...(isGivenUp ? { step: undefined } : {}) };
      const world = ticks(reverted, { count: 120, onTick: watch });
      const end = planControlPlane(observe(world), wishOf(world)).next.action;
      expect({ moment, end, voters: votersOf(world).length, machines: world.machines.length }).toEqual({ moment, end: 'done', voters: back, machines: back });
      expect(majorities).not.toContain(false);
    }
  });
});
