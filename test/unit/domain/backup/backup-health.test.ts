import { describe, expect, test } from 'vitest';
import { backupCondition, type BackupFacts } from '../../../../domain/backup/backup-health.ts';

const MINUTE = 60_000;
const now = Date.UTC(2026, 10, 21, 12);
const key = { keyId: '0123456789abcdef', exportedAt: now - 100 };
const schedule = { cron: '*/10 * * * *', maxAgeMs: 30 * MINUTE, paused: false, since: now - 90 * MINUTE };
const at = (minutes: number) => ({ id: '20261121-110000-abcdef', createdAt: now - minutes * MINUTE });
const failure = { at: now, message: 'the disk is full' };

describe('backups are', () => {
  test.for<readonly [string, BackupFacts, string, RegExp]>([
    ['healthy while the newest is young enough', { count: 3, newest: at(29), schedule, key }, 'True/Fresh', /3 backups, the newest .* 29m old; the schedule is \*\/10 \* \* \* \*$/],
    ['still healthy after a failure, which is told', { count: 3, newest: at(29), schedule, key, failure }, 'True/Fresh', /the last attempt failed: the disk is full/],
    ['too old past the limit', { count: 3, newest: at(31), schedule, key, failure }, 'False/TooOld', /is 31m old, the limit is 30m; the last attempt failed: the disk is full$/],
    ['too old, and the key is not safe either', { count: 3, newest: at(91), schedule, key: { keyId: key.keyId } }, 'False/TooOld', /1h31m old.*never exported/],
    ['not healthy until the key was exported', { count: 3, newest: at(1), schedule, key: { keyId: key.keyId } }, 'False/KeyNotExported', /0123456789abcdef was never exported.*slipway backup key export/],
    ['none, with a schedule', { count: 0, schedule, key }, 'False/NoBackup', /the schedule is \*\/10/],
    ['none, without one', { count: 0, key }, 'False/NoBackup', /slipway backup create/],
    ['without a schedule held to a day', { count: 1, newest: at(23 * 60), key }, 'True/Fresh', /23h00m old$/],
    ['without a schedule too old after a day', { count: 1, newest: at(25 * 60), key }, 'False/TooOld', /25h00m old, the limit is 24h00m/],
    ['healthy by the newest that is not known to be damaged', { count: 2, newest: at(29), schedule, key, damaged: ['d1'] }, 'True/Fresh', /29m old.*; damaged: d1/],
    ['too old where those that are young enough are damaged', { count: 1, newest: at(31), schedule, key, damaged: ['d1'] }, 'False/TooOld', /is 31m old, the limit is 30m; damaged: d1$/],
    ['none where all are damaged', { count: 0, key, damaged: ['d1'] }, 'False/NoBackup', /no good backup.*damaged: d1/],
    ['known to be paused', { count: 1, newest: at(5), schedule: { ...schedule, paused: true }, key }, 'True/SchedulePaused', /paused/],
    ['too old because they are paused', { count: 1, newest: at(50), schedule: { ...schedule, paused: true }, key }, 'False/TooOld', /the schedule is paused/],
    ['not healthy while the destination does not answer', { count: 0, problem: 'no such bucket', schedule, key }, 'False/DestinationUnavailable', /no such bucket/],
  ])('%s', ([, facts, expected, message]) => {
    const condition = backupCondition(facts, now);
    expect(`${condition.status}/${condition.reason}`).toBe(expected);
    expect(condition.message).toMatch(message);
  });
});
