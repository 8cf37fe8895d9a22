import { condition, type Condition } from '../conditions.ts';

/** What is known of a cluster's backups, for `describe`. Times are epoch milliseconds. */
export type BackupFacts = {
  /** Of those that are not known to be damaged; absent where the destination could not be asked: `problem` says why. */
  readonly newest?: { readonly id: string; readonly createdAt: number };
  readonly count: number;
  /** IDs of those that `verify` found damaged, the newest first. */
  readonly damaged?: readonly string[];
  readonly problem?: string;
  readonly schedule?: { readonly cron: string; readonly maxAgeMs: number; readonly paused: boolean; readonly since: number };
  /** How the newest attempt failed, where none has succeeded since. */
  readonly failure?: { readonly at: number; readonly message: string };
  /** The key that new backups are sealed to: who has it outside of this installation? */
  readonly key: { readonly keyId: string; readonly exportedAt?: number };
};

/** Backups that nobody scheduled are looked at less strictly. */
export const UNSCHEDULED_MAX_AGE_MS = 24 * 3_600_000;

/**
 * Whether a recovery could be had from the cluster's backups, and would lose no more than was agreed.
 * The most serious reason first: what stands in the way of any recovery, then what makes it lose more.
 */
export function backupCondition(facts: BackupFacts, now: number): Condition {
  const type = 'BackupsHealthy';
  const { newest, schedule, failure, key, problem } = facts;
  const damaged = facts.damaged === undefined ? '' : `; damaged: ${facts.damaged.join(', ')}`;
  const failed = `${damaged}${failure === undefined ? '' : `; the last attempt failed: ${failure.message}`}`;
  // What the worker cannot reach, no recovery could be had from.
  if (problem !== undefined) return condition(type, 'False', { reason: 'DestinationUnavailable', message: problem });
  if (newest === undefined) {
    const advice = schedule === undefined ? 'make one with slipway backup create, or have them made with slipway backup schedule' : `the schedule is ${schedule.cron}`;
    // A schedule that was made a moment ago has had no time yet; it is no backup all the same.
    return condition(type, 'False', { reason: 'NoBackup', message: `there is no ${facts.damaged === undefined ? '' : 'good '}backup: ${advice}${failed}`, since: schedule?.since });
  }
  const limit = schedule?.maxAgeMs ?? UNSCHEDULED_MAX_AGE_MS;
  const age = now - newest.createdAt;
  const keyProblem = key.exportedAt === undefined ? `the backup key ${key.keyId} was never exported: without this installation no backup can be opened. Run: slipway backup key export` : undefined;
  if (age > limit) {
    const pausedNote = schedule?.paused === true ? '; the schedule is paused' : '';
    const message = `the newest backup ${newest.id} is ${minutes(age)} old, the limit is ${minutes(limit)}${pausedNote}${failed}`;
    return condition(type, 'False', { reason: 'TooOld', message: [message, keyProblem].filter((part) => part !== undefined).join('; '), since: newest.createdAt + limit });
  }
  if (keyProblem !== undefined) return condition(type, 'False', { reason: 'KeyNotExported', message: keyProblem });
  if (schedule?.paused === true) return condition(type, 'True', { reason: 'SchedulePaused', message: `the schedule is paused; the newest is ${newest.id}`, since: newest.createdAt });
  const planned = schedule === undefined ? '' : `; the schedule is ${schedule.cron}`;
  const message = `${facts.count} backups, the newest ${newest.id}, ${minutes(age)} old${planned}${failed}`;
  return condition(type, 'True', { reason: 'Fresh', message, since: newest.createdAt });
}

/** "59s", "12m", "3h05m": of ages and limits alike. */
function minutes(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds}s`;
  const whole = Math.floor(seconds / 60);
  return whole < 60 ? `${whole}m` : `${Math.floor(whole / 60)}h${String(whole % 60).padStart(2, '0')}m`;
}
