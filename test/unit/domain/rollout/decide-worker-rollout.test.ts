import { describe, expect, test } from 'vitest';
import { decideWorkerRollout, type PoolMachine, type PoolWish } from '../../../../domain/rollout/decide-worker-rollout.ts';
import { now } from '../support/clusters.ts';

/**
 * A letter for each Machine, the oldest first: "o" of the old template, "n" of the new one, both
 * available; "-" behind it: not available, "!" behind it: its Node is not Ready, "*" behind it: marked.
 */
function pool(text: string): readonly PoolMachine[] {
  return [...text.matchAll(/([on])([-!*]?)/g)].map(([, letter, mark], index): PoolMachine => {
    const available = mark !== '-' && mark !== '!';
    return {
      name: `${letter}${index + 1}`,
      uid: `uid-${index}`,
      phase: mark === '-' ? 'Provisioned' : 'Running',
      createdAt: now + index,
      nodeHealthy: available ? 'True' : mark === '!' ? 'False' : 'Unknown',
      outdated: letter === 'o',
      available,
      ...(mark === '*' ? { deleteFirst: true } : {}),
    };
  });
}

const wish = (replicas: number, maxSurge: number, maxUnavailable: number, deletePolicy: PoolWish['deletePolicy'] = 'Oldest'): PoolWish => ({ replicas, maxSurge, maxUnavailable, deletePolicy });

type Row = readonly [moment: string, machines: string, wish: PoolWish, create: number, remove: readonly string[]];

const canary: readonly Row[] = [
  ['surge: the canary comes before anything goes', 'ooo', wish(3, 1, 0), 1, []],
  ['however much surge there may be, it is one', 'ooooo', wish(5, 3, 0), 1, []],
  ['until it is available nothing more happens', 'ooooo n-', wish(5, 3, 0), 0, []],
  ['nor when its Node was Ready and is not any more', 'ooooo n!', wish(5, 3, 0), 0, []],
  ['without surge one goes first, though more might be missing', 'ooooo', wish(5, 0, 3), 0, ['o1']],
  ['and none more until its successor is available', 'oooo n-', wish(5, 0, 3), 0, []],
  ['with both, one comes and one goes', 'ooooo', wish(5, 2, 2), 1, ['o1']],
  ['and no more', 'oooo n-', wish(5, 2, 2), 0, []],
];

const rolling: readonly Row[] = [
  ['surge 1: the next old one goes when the new one is available', 'ooo n', wish(3, 1, 0), 0, ['o1']],
  ['surge 1: another new one comes when an old one has left', 'oo n', wish(3, 1, 0), 1, []],
  ['surge 2: as many come as there is room for', 'oooo n', wish(5, 2, 0), 2, []],
  ['no more come than are wanted at all', 'o nnnn', wish(5, 3, 0), 1, []],
  ['without surge none comes beside those on their way out', 'oo n', wish(5, 0, 2), 0, []],
  ['unavailable 2: as many go as may be missing', 'oooo n', wish(5, 0, 2), 0, ['o1', 'o2']],
  ['a new one that is not available counts as missing', 'oo nn-', wish(4, 0, 2), 0, ['o1']],
  ['surge and unavailable: up and down at once', 'oooooooo nn', wish(10, 3, 2), 3, ['o1', 'o2']],
  ['the last old one goes', 'o nnn', wish(3, 1, 0), 0, ['o1']],
  ['the last old one stays until the last new one is available', 'o nnn-', wish(3, 1, 0), 0, []],
];

const order: readonly Row[] = [
  ['an old one that is not Ready goes before those that are, although it is younger', 'ooo! n', wish(3, 1, 0), 0, ['o3']],
  ['it goes although nothing that is available may', 'oo! n', wish(2, 1, 0), 0, ['o2']],
  ['it may go before the canary is there, as the one that may be missing', 'ooo!', wish(3, 1, 1), 1, ['o3']],
  ['it does not go where none may be missing: its successor comes first', 'ooo!', wish(3, 1, 0), 1, []],
  ['two that are not Ready do not both go at once for one that came', 'oo!o! n', wish(3, 1, 0), 0, ['o2']],
  ['one that is marked goes first', 'ooo* n', wish(3, 1, 0), 0, ['o3']],
  ['deletePolicy Newest', 'ooo n', wish(3, 1, 0, 'Newest'), 0, ['o3']],
  ['deletePolicy Random is decided by UIDs', 'ooo n', wish(3, 1, 0, 'Random'), 0, ['o1']],
];

const together: readonly Row[] = [
  ['fewer replicas: old ones that are too many go at once', 'oooooo', wish(3, 1, 0), 0, ['o1', 'o2', 'o3']],
  ['fewer replicas, the canary not available: it stands in for nobody', 'oooooo n-', wish(3, 1, 0), 0, ['o1', 'o2', 'o3']],
  ['fewer replicas than new ones: those that are not available go first', 'o nnn-n-', wish(2, 1, 0), 0, ['n4', 'n5', 'o1']],
  ['no replicas: all go', 'o nn', wish(0, 1, 0), 0, ['n2', 'n3', 'o1']],
  ['more replicas: what is missing is made as such, and surge beyond it', 'ooo nnn-', wish(5, 1, 0), 0, []],
  ['taken back with a bad canary: the canary goes, those that were there stay', 'nnn o-', wish(3, 1, 0), 0, ['o4']],
  ['taken back half-way: the younger ones are replaced by what they had replaced', 'nn oo', wish(3, 1, 0), 0, ['o3']],
  ['another template while one is rolled out: the canary that never served goes first', 'ooo o-', wish(3, 1, 0), 0, ['o4']],
];

const tables: Readonly<Record<string, readonly Row[]>> = { canary, rolling, order, together };

describe.each(Object.entries(tables))('%s', (_name, rows) => {
  test.each(rows)('%s', (_moment, machines, wanted, create, remove) => {
    const decision = decideWorkerRollout(pool(machines), wanted);
    expect({ create: decision.create, remove: decision.remove.map(({ machine }) => machine) }).toEqual({ create, remove });
    expect(decision.action).toBe(create > 0 || remove.length > 0 ? 'proceed' : 'wait');
    // Whatever is not done says why.
    expect(decision.reasons.length > 0).toBe(decision.action === 'wait');
  });
});

test('the canary is named while it is waited for; so are others that are not available', () => {
  expect(decideWorkerRollout(pool('oo n-'), wish(2, 1, 0)).reasons).toEqual(['n3, the first of the new template, is not available yet']);
  expect(decideWorkerRollout(pool('o nn-'), wish(2, 1, 0)).reasons).toEqual(['n3 is not available']);
  expect(decideWorkerRollout(pool('oo n'), wish(5, 0, 2)).reasons).toEqual(['Machines that are on their way out must go first']);
});

test('every removal says that it is outdated, and why it is this one', () => {
  expect(decideWorkerRollout(pool('ooo! n'), wish(3, 1, 0)).remove).toEqual([{ machine: 'o3', reasons: ['it is outdated', 'its Node is not Ready'] }]);
  expect(decideWorkerRollout(pool('ooo n'), wish(3, 1, 0)).remove).toEqual([{ machine: 'o1', reasons: ['it is outdated', 'deletePolicy Oldest'] }]);
});

test('nothing outdated is nothing to do', () => {
  expect(decideWorkerRollout(pool('nnn'), wish(3, 1, 0))).toMatchObject({ action: 'done', create: 0, remove: [] });
});
