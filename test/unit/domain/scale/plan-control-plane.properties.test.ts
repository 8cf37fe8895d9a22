import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { happenings, isDone, play, ticks, untilDone, wakeAll, worlds, type Happening } from './support/happenings.ts';
import type { Tick } from './support/run-world.ts';
import { hasMajority, isUp, votersOf, type World } from './support/world.ts';

/** Whatever fails and whoever changes their mind: what must hold after each thing that Slipway does. */

const runs = { numRuns: process.env['SLIPWAY_TEST_FULL'] === '1' ? 5000 : 200 };
/** Stories are many, and other tests run beside them. */
const timeout = process.env['SLIPWAY_TEST_FULL'] === '1' ? 600_000 : 90_000;
/** What fast-check found, with its seed; empty where everything holds. */
function findCounterexample<T>(check: fc.IProperty<T>, parameters: fc.Parameters<T>): string {
  const details = fc.check(check, parameters);
  return details.failed ? (fc.defaultReportMessage(details) ?? 'failed') : '';
}

const idsOf = (members: World['members']) => new Set(members.map(({ id }) => id));

function goneVoters({ before, after }: Tick): World['members'] {
  const left = idsOf(after.members);
  return votersOf(before).filter(({ id }) => !left.has(id));
}

const ofEachTick: Readonly<Record<string, (done: Tick) => boolean>> = {
  'a healthy majority stays one': ({ before, after }) => !hasMajority(before) || hasMajority(after),
  'without a majority the list of members stays as it is': ({ before, after }) =>
    before.members.length === 0 || hasMajority(before) || JSON.stringify(before.members) === JSON.stringify(after.members),
  'there is one learner at most': ({ after }) => after.members.filter(({ learner }) => learner).length <= 1,
  'the list of members changes by one at a time': ({ before, after }) => {
    const [old, left] = [idsOf(before.members), idsOf(after.members)];
    return [...old].filter((id) => !left.has(id)).length + [...left].filter((id) => !old.has(id)).length <= 1;
  },
  'no voter goes while another learns': (done) => goneVoters(done).length === 0 || done.before.members.every(({ learner }) => !learner),
  'no healthy leader goes without having handed over': (done) => goneVoters(done).every(({ id }) => id !== done.before.leader),
  'no Machine goes while etcd lists its member': ({ before, after }) =>
    before.machines.every(({ name }) => after.machines.some((machine) => machine.name === name) || !before.members.some(({ machine }) => machine === name)),
  'no Machine comes back from its way out': ({ before, after }) =>
    before.machines.every(({ name, phase }) => phase !== 'Deleting' || (after.machines.find((machine) => machine.name === name)?.phase ?? 'Deleting') === 'Deleting'),
  'nothing begins beside what runs': ({ before, plan }) => before.step === undefined || plan?.next.action === 'wait' || plan?.next.action === 'stop',
  'a join that begins is one that etcd accepts': ({ before, plan }) => {
    if (plan?.next.action !== 'join') return true;
    const { machine: joining } = plan.next;
    return before.members.every((member) => member.machine === joining || (!member.learner && isUp(before, member)));
  },
  'what is healthy goes only when there are more than enough': ({ before, plan }) => {
    const next = before.step === undefined ? plan?.next : undefined;
    const subject = next?.action === 'removeMachine' ? before.machines.find(({ name }) => name === next.machine) : undefined;
    const isHealthy = subject?.phase === 'Running' && subject.power === 'on' && votersOf(before).some(({ machine }) => machine === subject.name);
    return !isHealthy || before.machines.filter(({ phase }) => phase === 'Joined' || phase === 'Running').length > before.replicas;
  },
  'a wait says for what': ({ plan }) => plan === undefined || plan.next.reasons.length > 0,
};

/** Which of them do not hold at some tick of a story. */
function findBroken(start: World, events: readonly Happening[]): ReadonlySet<string> {
  const broken = new Set<string>();
  play(start, events, (done) => {
    for (const [name, holds] of Object.entries(ofEachTick)) if (!holds(done)) broken.add(name);
  });
  return broken;
}

describe('after each tick', () => {
  const seed = Date.now() % 2 ** 31;
  // The same stories serve all: a story that breaks something is looked for again, to be made short.
  const broken = new Set<string>();
  fc.check(fc.property(worlds, happenings, (start, events) => findBroken(start, events).forEach((name) => broken.add(name))), { ...runs, seed });

  test.each(Object.keys(ofEachTick))('%s', { timeout }, (name) => {
    const check = fc.property(worlds, happenings, (start, events) => !findBroken(start, events).has(name));
    expect(broken.has(name) ? findCounterexample(check, { ...runs, seed }) : '').toBe('');
  });
});

/** Something that joined is there yet, and a majority of those that vote. */
function isRecoverable(world: World): boolean {
  return hasMajority(world) && world.machines.some(({ phase, power }) => power === 'on' && (phase === 'Joined' || phase === 'Running'));
}

describe('once nothing fails any more', () => {
  test('every control plane that can recover becomes what is wanted, and stays so', { timeout }, () => {
    const check = fc.property(worlds, happenings, fc.nat({ max: 99 }), (start, events, luck) => {
      const troubled = wakeAll(play(start, events, () => undefined));
      fc.pre(isRecoverable(troubled));
      const world = ticks(untilDone(troubled, { luck }), { count: 5, luck });
      const names = world.machines.map(({ name }) => name).toSorted();
      return (
        isDone(world) &&
        world.machines.every(({ phase, deletion, power }) => phase === 'Running' && deletion === undefined && power === 'on') &&
        world.machines.length === world.replicas &&
        votersOf(world).length === world.replicas &&
        JSON.stringify(world.members.map(({ machine }) => machine).toSorted()) === JSON.stringify(names)
      );
    });
    expect(findCounterexample(check, runs)).toBe('');
  });

  test('what nobody can recover is left as it is', { timeout }, () => {
    const check = fc.property(worlds, happenings, (start, events) => {
      const lost = wakeAll(play(start, events, () => undefined));
      fc.pre(!hasMajority(lost));
      const world = ticks(lost, { count: 50 });
      return JSON.stringify(world.members) === JSON.stringify(lost.members);
    });
    expect(findCounterexample(check, { numRuns: runs.numRuns / 4, maxSkipsPerRun: 1000 })).toBe('');
  });
});
