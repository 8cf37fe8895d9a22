import { describe, expect, test } from 'vitest';
import { backupCondition } from '../../../domain/backup/backup-health.ts';
import { staleOf } from '../../../domain/backup/backup-stale.ts';
import { currentNotices, recordBackupStale } from '../../../domain/notices/decide-notices.ts';
import { clusterWith, machine, now } from '../domain/support/clusters.ts';

const key = { keyId: 'k', exportedAt: now };
const hour = 3_600_000;
const schedule = { cron: '*/10 * * * *', maxAgeMs: hour, paused: false, since: now };

describe('People are told of backups', () => {
  test('that are too old, missing or out of reach; not of a key that nobody exported', () => {
    const stale = (facts: Parameters<typeof backupCondition>[0]) => staleOf(backupCondition(facts, now + 3 * hour), now + 3 * hour);
    expect(stale({ count: 1, key, schedule, newest: { id: 'b', createdAt: now } })).toEqual({ since: now + hour, reasons: [expect.stringContaining('TooOld: the newest backup b')] });
    expect(stale({ count: 0, key, schedule })?.reasons[0]).toContain('NoBackup');
    expect(stale({ count: 0, key, problem: 'the disk is full' })?.reasons[0]).toContain('DestinationUnavailable');
    expect(stale({ count: 1, key, schedule, newest: { id: 'b', createdAt: now + 3 * hour } })).toBeUndefined();
    expect(stale({ count: 1, key: { keyId: 'k' }, newest: { id: 'b', createdAt: now + 3 * hour } })).toBeUndefined();
  });

  test('once, however often a scheduled attempt finds the same; and anew after it was well', () => {
    const state = clusterWith([machine('cp-1', 'Running')]);
    const stale = recordBackupStale(state, { since: now, reasons: ['TooOld'] });
    expect(currentNotices(stale, undefined, now)).toEqual([{ kind: 'BackupStale', subject: 'demo', since: now, reasons: ['TooOld'] }]);
    expect(recordBackupStale(stale, { since: now + 1, reasons: ['TooOld, older'] })).toBe(stale);
    expect(currentNotices(recordBackupStale(stale, undefined), undefined, now)).toEqual([]);
  });
});
