import * as fc from 'fast-check';
import { planControlPlane } from '../../../../../domain/scale/plan-control-plane.ts';
import { now } from '../../support/clusters.ts';
import { tick, type Tick } from './run-world.ts';
import { elect, emptyWorld, hasMajority, isUp, observe, votersOf, wishOf, type World } from './world.ts';

/** What chance and people do to it between two ticks. `pick` chooses among the Machines there are. */
export type Happening =
  | { readonly kind: 'ticks'; readonly count: number; readonly luck: number }
  | { readonly kind: 'kill' | 'wake' | 'vanish' | 'delete'; readonly pick: number }
  | { readonly kind: 'lead'; readonly pick: number }
  /** Somebody takes a Machine away, and its record with it; its member stays behind. */
  | { readonly kind: 'forget'; readonly pick: number }
  /** The step that runs ends where it is: its worker was killed, or it was given up. */
  | { readonly kind: 'crash' }
  | { readonly kind: 'blind' }
  | { readonly kind: 'wish'; readonly replicas: number };

const pick = fc.nat({ max: 20 });

export const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: fc.record({ kind: fc.constant('ticks' as const), count: fc.integer({ min: 1, max: 9 }), luck: fc.nat({ max: 99 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('kill', 'wake'), pick }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('lead', 'forget'), pick }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('vanish', 'delete'), pick }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('wish' as const), replicas: fc.constantFrom(1, 3, 5, 7) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('crash', 'blind') }) },
  ),
  { minLength: 5, maxLength: 40, size: 'max' },
);

/** Plays them on a cluster of so many Machines; `onTick` sees everything that Slipway does. */
export function play(world: World, events: readonly Happening[], onTick: (done: Tick) => void): World {
  return events.reduce((current, event) => {
    if (event.kind !== 'ticks') return happen(current, event);
    return ticks(current, { count: event.count, luck: event.luck, onTick });
  }, world);
}

export function ticks(world: World, run: { readonly count: number; readonly luck?: number; readonly onTick?: (done: Tick) => void }): World {
  let current = world;
  for (let index = 0; index < run.count; index++) {
    const done = tick(current, (run.luck ?? 0) + index);
    run.onTick?.(done);
    current = done.after;
  }
  return current;
}

export function happen(world: World, event: Exclude<Happening, { kind: 'ticks' }>): World {
  switch (event.kind) {
    case 'crash':
      return { ...world, step: undefined };
    case 'blind':
      return { ...world, blind: true };
    case 'wish':
      return { ...world, replicas: event.replicas };
    case 'lead': {
      const up = votersOf(world).filter((member) => isUp(world, member));
      return hasMajority(world) ? { ...world, leader: up[event.pick % up.length]?.id } : world;
    }
    case 'forget':
      return elect({ ...world, machines: world.machines.filter((_, index) => index !== event.pick % world.machines.length) }, event.pick);
    case 'kill':
    case 'wake':
    case 'vanish':
    case 'delete':
      return elect(toMachine(world, event), event.pick);
  }
}

function toMachine(world: World, { kind, pick: picked }: { readonly kind: 'kill' | 'wake' | 'vanish' | 'delete'; readonly pick: number }): World {
  const machines = world.machines.map((machine, index) => {
    if (index !== picked % world.machines.length || machine.power === 'gone') return machine;
    switch (kind) {
      case 'kill':
        return { ...machine, power: 'off' as const };
      case 'wake':
        return { ...machine, power: 'on' as const };
      case 'vanish':
        return { ...machine, power: 'gone' as const };
      case 'delete':
        return { ...machine, deletion: { actor: 'ada@laptop', at: now } };
    }
  });
  return { ...world, machines };
}

/** A cluster at rest with that many control-plane Machines. */
export function worldOf(replicas: number, facts: Partial<World> = {}): World {
  return ticks({ ...emptyWorld, replicas, ...facts }, { count: 10 * replicas });
}

/** Clusters at rest to begin with. */
export const worlds: fc.Arbitrary<World> = fc.constantFrom(
  ...[1, 3, 5, 7].flatMap((replicas) => [worldOf(replicas), worldOf(replicas, { listsAlone: true })]),
);

export function isDone(world: World): boolean {
  return world.step === undefined && planControlPlane(observe(world), wishOf(world)).next.action === 'done';
}

/** Or until it has had more time than any of them needs. */
export function untilDone(world: World, run: Omit<Parameters<typeof ticks>[1], 'count'>): World {
  let current = world;
  for (let round = 0; round < 40 && !isDone(current); round++) current = ticks(current, { ...run, count: 10 });
  return current;
}

/** Everything that was merely switched off comes back. */
export function wakeAll(world: World): World {
  const machines = world.machines.map((machine) => (machine.power === 'off' ? { ...machine, power: 'on' as const } : machine));
  return elect({ ...world, machines, blind: false }, 0);
}
