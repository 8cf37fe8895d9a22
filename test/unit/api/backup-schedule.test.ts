import { stringify } from 'yaml';
import { describe, expect, test } from 'vitest';
import { compareDesired } from '../../../api/compare-desired.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { checkCron } from '../../../api/validation/cron.ts';
import { parseGood } from './support/parse-good.ts';
import { writeManifest } from './support/small-manifest.ts';

const schedule = (spec: object, name = 'nightly'): string =>
  `${stringify({ apiVersion: 'slipway.dev/v1alpha1', kind: 'BackupSchedule', metadata: { name }, spec: { clusterName: 'demo', ...spec } })}---\n`;
const withSchedule = (spec: object): string => schedule(spec) + writeManifest();

describe('BackupSchedule', () => {
  test('what it leaves out is every ten minutes, 4 newest, 24 hours, 7 days', () => {
    expect(parseGood(withSchedule({})).cluster.backupSchedule).toEqual({
      name: 'nightly',
      cron: '*/10 * * * *',
      keep: { last: 4, hourly: 24, daily: 7 },
      maxAgeMs: 30 * 60_000,
      catchupWindowMs: 10 * 60_000,
    });
  });

  test('says when, how long, and whether at all', () => {
    const spec = { schedule: ' 0 3  * * mon-fri ', keep: { last: 2, daily: 0 }, maxAge: '26h', catchupWindow: '2h', paused: true };
    expect(parseGood(withSchedule(spec)).cluster.backupSchedule).toEqual({
      name: 'nightly',
      cron: '0 3 * * mon-fri',
      keep: { last: 2, hourly: 24, daily: 0 },
      maxAgeMs: 26 * 3_600_000,
      catchupWindowMs: 2 * 3_600_000,
      paused: true,
    });
  });

  test('may come, change and go without touching a Machine', () => {
    const [none, some, other] = [writeManifest(), withSchedule({}), withSchedule({ keep: { last: 9 } })].map((text) => parseGood(text).cluster);
    if (none === undefined || some === undefined || other === undefined) throw new Error('three manifests');
    expect(compareDesired(some, other)).toEqual([{ field: 'BackupSchedule(Cluster/demo).spec.keep.last', from: 4, to: 9, effect: 'record' }]);
    for (const [before, after] of [[none, some] as const, [some, none] as const]) {
      expect(compareDesired(before, after).map(({ effect }) => effect)).toEqual(['record']);
    }
  });

  test.for<readonly [string, string, object, string]>([
    ['every second', 'spec.schedule', { schedule: '* * * * * *' }, 'has 6 fields'],
    ['no schedule', 'spec.schedule', { schedule: '' }, 'has 0 fields'],
    ['no minute', 'spec.schedule', { schedule: '60 * * * *' }, 'the minute must be within 0 and 59, and is "60"'],
    ['a day that its month has not', 'spec.schedule', { schedule: '0 0 31 2 *' }, 'never comes'],
    ['a day that none of its months has', 'spec.schedule', { schedule: '0 0 31 4,jun,9-9,11 *' }, 'never comes'],
    ['nothing kept', 'spec.keep.last', { keep: { last: 0 } }, 'must be at least 1'],
    ['less than nothing kept', 'spec.keep.hourly', { keep: { hourly: -1 } }, 'must be at least 0'],
    ['half a backup', 'spec.keep.daily', { keep: { daily: 0.5 } }, 'must be a whole number'],
    ['an age of nothing', 'spec.maxAge', { maxAge: '0' }, 'must be at least one minute'],
    ['an age in parsecs', 'spec.maxAge', { maxAge: '5 parsecs' }, 'must be a duration that is not negative'],
    ['another cluster', 'spec.clusterName', { clusterName: 'other' }, "is not the name of the manifest's Cluster"],
    ['an unknown field', 'spec.cron', { cron: '* * * * *' }, 'there is no field cron here'],
  ])('%s is refused, naming %s', ([, path, spec, message]) => {
    const result = parseManifest(withSchedule(spec));
    expect(result.ok ? [] : result.problems).toMatchObject([{ path, message: expect.stringContaining(message) }]);
  });

  test('a second one is refused', () => {
    const result = parseManifest(schedule({}, 'one') + schedule({}, 'two') + writeManifest());
    expect(result.ok ? [] : result.problems).toMatchObject([{ document: 2, path: 'kind', message: 'a cluster has one BackupSchedule' }]);
  });
});

describe('cron', () => {
  test.for(['* * * * *', '*/10 * * * *', '0,15,30-45/5 0-23/2 1 jan-dec 7', '59 23 31 12 SUN', '0 0 29 2 *', '0 0 31 */2 *', '0 0 30-31 feb,4,dec *', '0 0 31 2 mon', '0 0 */30 2 *'])('%s is taken', (text) => {
    expect(checkCron(text)).toBeUndefined();
  });

  test.for(['@daily', '* * * *', '*/0 * * * *', '*/61 * * * *', '5-1 * * * *', '1/2/3 * * * *', 'a * * * *', '* * 0 * *', '* * * 13 *', '* * * * 8', '-1 * * * *', ',1 * * * *', '1 * * * *; rm'])(
    '%s is none',
    (text) => {
      expect(checkCron(text)?.expected).toContain('five fields');
    },
  );
});
