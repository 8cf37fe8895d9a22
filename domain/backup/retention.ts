import type { BackupRetention } from '../../api/backup-schedule.ts';
import type { BackupOrigin } from './backup-manifest.ts';

/** A backup that is there as a whole: destinations list no others. */
export type KeptBackup = { readonly id: string; readonly createdAt: number; readonly origin: BackupOrigin; readonly damaged?: unknown };

export type RetentionDecision = {
  readonly keep: readonly { readonly id: string; readonly reasons: readonly string[] }[];
  /** The oldest first: interrupted, the newer ones are still there. */
  readonly remove: readonly { readonly id: string; readonly reasons: readonly string[] }[];
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Which backups go. Kept are the newest `last`, and the newest of each of the latest `hourly` hours and
 * `daily` days that have one (UTC): a cluster that slept for a week has not lost its history. The
 * newest of all stays whatever the rule says, so nothing goes before a newer one is complete. What a
 * person asked for does not count, and stays. What is damaged takes no place of a good one.
 */
export function decideRetention(backups: readonly KeptBackup[], rule: BackupRetention): RetentionDecision {
  const newestFirst = backups.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  const scheduled = newestFirst.filter(({ origin }) => origin === 'scheduled');
  const reasons = new Map<string, string[]>(newestFirst.map(({ id }) => [id, []]));
  const keep = (chosen: readonly KeptBackup[], why: (index: number) => string): void =>
    chosen.forEach(({ id }, index) => reasons.get(id)?.push(why(index)));

  keep(newestFirst.filter(({ origin }) => origin === 'manual'), () => 'somebody asked for it');
  keep(newestFirst.slice(0, 1), () => 'it is the newest');
  const applyRule = (to: readonly KeptBackup[]): void => {
    keep(to.slice(0, rule.last), (index) => `one of the newest ${rule.last} (number ${index + 1})`);
    keep(newestOfEach(to, HOUR).slice(0, rule.hourly), () => 'the newest of its hour');
    keep(newestOfEach(to, DAY).slice(0, rule.daily), () => 'the newest of its day');
  };
  applyRule(scheduled);
  const good = newestFirst.filter(({ damaged }) => damaged === undefined);
  // Once more without them: they stay for as long as if they were good, and nothing that is good goes for them.
  if (good.length < newestFirst.length) {
    keep(good.slice(0, 1), () => 'it is the newest good one');
    applyRule(good.filter(({ origin }) => origin === 'scheduled'));
  }

  const kept = newestFirst.filter(({ id }) => (reasons.get(id) ?? []).length > 0);
  const superseded = newestFirst.filter(({ id }) => (reasons.get(id) ?? []).length === 0).toReversed();
  return {
    keep: kept.map(({ id }) => ({ id, reasons: reasons.get(id) ?? [] })),
    remove: superseded.map(({ id }) => ({ id, reasons: [`newer ones are complete, and ${describeRule(rule)} are kept`] })),
  };
}

export function describeRule({ last, hourly, daily }: BackupRetention): string {
  return `the newest ${last}, ${hourly} hourly and ${daily} daily`;
}

function newestOfEach(newestFirst: readonly KeptBackup[], period: number): readonly KeptBackup[] {
  const seen = new Set<number>();
  return newestFirst.filter(({ createdAt }) => {
    const bucket = Math.floor(createdAt / period);
    return seen.has(bucket) ? false : seen.add(bucket);
  });
}
