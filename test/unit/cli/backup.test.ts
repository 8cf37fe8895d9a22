import { describe, expect, test } from 'vitest';
import { keepArgument } from '../../../cli/backup/keep-argument.ts';
import { readChange } from '../../../cli/backup/schedule.ts';
import { renderBackups } from '../../../cli/backup/show-backups.ts';
import { formatBytes } from '../../../cli/render/bytes.ts';

const schedule = { name: 'command', cron: '*/10 * * * *', keep: { last: 4, hourly: 24, daily: 7 }, maxAgeMs: 1_800_000, catchupWindowMs: 600_000 };

describe('slipway backup schedule', () => {
  test.for<readonly [string, Parameters<typeof readChange>[0], object]>([
    ['without a flag only shows', { output: 'table' }, { kind: 'show' }],
    ['sets what is given, and the defaults for the rest', { output: 'table', cron: ' 0  3 * * * ' }, { kind: 'set', schedule: { ...schedule, cron: '0 3 * * *' } }],
    ['sets what stays', { output: 'table', keep: { last: 1, hourly: 0, daily: 0 } }, { kind: 'set', schedule: { ...schedule, keep: { last: 1, hourly: 0, daily: 0 } } }],
    ['pauses', { output: 'table', pause: true }, { kind: 'pause', paused: true }],
    ['resumes', { output: 'table', resume: true }, { kind: 'pause', paused: false }],
    ['triggers', { output: 'table', trigger: true }, { kind: 'trigger' }],
    ['removes', { output: 'table', remove: true }, { kind: 'remove' }],
  ])('%s', ([, flags, change]) => {
    expect(readChange(flags)).toEqual(change);
  });

  test.for<readonly [string, Parameters<typeof readChange>[0], string]>([
    ['two wishes at once', { output: 'table', pause: true, trigger: true }, 'one at a time'],
    ['a schedule that is paused at once', { output: 'table', cron: '* * * * *', pause: true }, 'one at a time'],
    ['every second', { output: 'table', cron: '* * * * * *' }, 'has 6 fields'],
    ['an age of a second', { output: 'table', maxAge: 1000 }, '--max-age must be at least a minute'],
  ])('%s is refused', ([, flags, message]) => {
    expect(() => readChange(flags)).toThrow(expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(message) }));
  });

  test('--keep takes any of the three', () => {
    expect(keepArgument('daily=30, last=2')).toEqual({ last: 2, hourly: 24, daily: 30 });
    for (const wrong of ['', 'last=0', 'last=-1', 'weekly=3', 'last', 'hourly=9999', 'last=2;daily=1', 'last=1e3']) expect(() => keepArgument(wrong)).toThrow(/use for example|is a number from/);
  });
});

test('backups are listed with what matters for choosing one', () => {
  const now = Date.UTC(2026, 10, 21, 15);
  const backup = {
    formatVersion: 1,
    id: '20261121-144055-x7k2p9',
    origin: 'scheduled',
    cluster: { installation: 'i', name: 'demo', uid: 'uid' },
    createdAt: now - 90_000,
    kubernetesVersion: 'v1.34.4',
    etcd: { version: '3.6.5', machine: 'demo-cp-1', revision: 1234, hash: 'fec1a3b2', totalKeys: 321, bytes: 5_000_000, sha256: '0' },
    writtenBy: '0.0.1',
    compression: 'zstd',
    keyId: '0123456789abcdef',
    bytes: 1_300_000,
  } as const;
  expect(renderBackups({ location: '/b', backups: [backup], unreadable: [] }, false, now)).toBe(
    'ID                       AGE   ORIGIN      KUBERNETES   REVISION   SIZE     STATE\n20261121-144055-x7k2p9   90s   scheduled   v1.34.4      1234       1.3 MB   complete\n',
  );
  expect(renderBackups({ location: '/b', backups: [{ ...backup, damaged: { at: now, reason: 'chunk 3 was altered' } }], unreadable: [] }, false, now)).toContain('1.3 MB   damaged');
  expect(renderBackups({ location: '/b', backups: [backup], unreadable: [] }, true, now)).toContain('demo-cp-1   0123456789abcdef   uid');
});

test.for<readonly [number, string]>([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [1_340_000, '1.3 MB'],
  [2_000_000_000_000_000, '2000.0 TB'],
])('%i bytes are %s', ([bytes, text]) => {
  expect(formatBytes(bytes)).toBe(text);
});
