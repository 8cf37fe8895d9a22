import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideRetention, type KeptBackup } from '../../../../domain/backup/retention.ts';
import { isBackupId, makeBackupId } from '../../../../domain/backup/backup-id.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const noon = Date.UTC(2026, 10, 21, 12);

const backup = (createdAt: number, origin: KeptBackup['origin'] = 'scheduled'): KeptBackup => ({ id: makeBackupId({ at: createdAt, random: 'abcdef' }), createdAt, origin });
/** One every so often, the newest at noon. */
const every = (period: number, count: number): readonly KeptBackup[] => Array.from({ length: count }, (_, index) => backup(noon - index * period));
const hours = (ids: readonly { readonly id: string }[], from: readonly KeptBackup[]) => ids.map(({ id }) => (noon - (from.find((one) => one.id === id)?.createdAt ?? 0)) / HOUR);

describe('the default rule', () => {
  const rule = { last: 4, hourly: 24, daily: 7 };

  test('of two weeks of a backup every ten minutes keeps 4 newest, 24 hours, 7 days', () => {
    const all = every(10 * MINUTE, 14 * 144);
    const { keep, remove } = decideRetention(all, rule);
    expect(keep.length + remove.length).toBe(all.length);
    const kept = hours(keep, all).map((age) => Math.round(age * 6));
    expect(kept.slice(0, 4)).toEqual([0, 1, 2, 3]);
    // Two of the 24 hours are those of the last four; the newest of yesterday is that of its last hour.
    expect(keep).toHaveLength(4 + 22 + 5);
    expect(keep.at(-1)?.reasons).toEqual(['the newest of its day']);
  });

  test('of a cluster that was away for a month keeps what there was', () => {
    const old = every(DAY, 5).map(({ createdAt }) => backup(createdAt - 30 * DAY));
    expect(decideRetention([...old, backup(noon)], rule).remove).toEqual([]);
  });

  test('keeps what a person asked for, however old, and does not count it', () => {
    const asked = backup(noon - 400 * DAY, 'manual');
    const all = [asked, ...every(MINUTE, 20)];
    const { keep } = decideRetention(all, { last: 2, hourly: 0, daily: 0 });
    expect(keep).toEqual([expect.objectContaining({ id: all[1]?.id }), expect.objectContaining({ id: all[2]?.id }), { id: asked.id, reasons: ['somebody asked for it'] }]);
  });

  test('keeps as many good ones as it says, whatever is damaged', () => {
    const all = every(MINUTE, 10).map((one, index) => (index < 3 ? { ...one, damaged: {} } : one));
    const { keep } = decideRetention(all, { last: 2, hourly: 0, daily: 0 });
    expect(keep.map(({ id }) => id)).toEqual([0, 1, 3, 4].map((index) => all[index]?.id));
  });

  test('removes the oldest first', () => {
    const { remove } = decideRetention(every(MINUTE, 10), { last: 1, hourly: 0, daily: 0 });
    expect(remove.map(({ id }) => id)).toEqual(remove.map(({ id }) => id).toSorted());
    expect(remove[0]?.reasons).toEqual(['newer ones are complete, and the newest 1, 0 hourly and 0 daily are kept']);
  });
});

const backups = fc.uniqueArray(
  fc.record({ minutes: fc.nat(60 * 24 * 20), origin: fc.constantFrom<KeptBackup['origin']>('scheduled', 'manual') }).map(({ minutes, origin }) => backup(noon - minutes * MINUTE, origin)),
  { selector: ({ id }) => id, maxLength: 60 },
);
const rules = fc.record({ last: fc.integer({ min: 1, max: 10 }), hourly: fc.nat(30), daily: fc.nat(10) });

test('whatever the rule: all are decided about once, the newest and the asked-for stay, and nothing goes that has no newer one', () => {
  fc.assert(
    fc.property(backups, rules, (all, rule) => {
      const { keep, remove } = decideRetention(all, rule);
      expect([...keep, ...remove].map(({ id }) => id).toSorted()).toEqual(all.map(({ id }) => id).toSorted());
      expect(keep.every(({ reasons }) => reasons.length > 0)).toBe(true);
      const newest = all.toSorted((a, b) => b.createdAt - a.createdAt)[0];
      expect(newest === undefined || keep.some(({ id }) => id === newest.id)).toBe(true);
      const gone = all.filter(({ id }) => remove.some((one) => one.id === id));
      expect(gone.every(({ origin, createdAt }) => origin === 'scheduled' && createdAt < (newest?.createdAt ?? 0))).toBe(true);
      const scheduled = keep.filter(({ id }) => all.find((one) => one.id === id)?.origin === 'scheduled');
      expect(scheduled.length).toBeLessThanOrEqual(rule.last + rule.hourly + rule.daily + 1);
    }),
  );
});

test('whatever the rule: deciding again about what was kept removes nothing more', () => {
  fc.assert(
    fc.property(backups, rules, (all, rule) => {
      const { keep } = decideRetention(all, rule);
      const kept = all.filter(({ id }) => keep.some((one) => one.id === id));
      expect(decideRetention(kept, rule).remove).toEqual([]);
    }),
  );
});

describe('IDs of backups', () => {
  test('sort as their times do, and nothing else is one', () => {
    const id = makeBackupId({ at: Date.UTC(2026, 10, 21, 14, 40, 55, 999), random: '7f3a-91c0-2' });
    expect(id).toBe('20261121-144055-7f3a91');
    expect(isBackupId(id)).toBe(true);
    for (const other of ['', '..', '../20261121-144055-7f3a91', `${id}/x`, `${id} `, id.toUpperCase(), '20261121-144055-7F3A91', `${id}\n`]) expect(isBackupId(other)).toBe(false);
  });
});
