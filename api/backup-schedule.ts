/** How many backups of a schedule are kept: the newest ones, and the newest of each of the latest hours and days (UTC). */
export type BackupRetention = { readonly last: number; readonly hourly: number; readonly daily: number };

/** When a cluster is backed up by itself, and how long a backup stays. */
export type BackupSchedule = {
  /** Name of the BackupSchedule. */
  readonly name: string;
  /** Five fields of cron, in UTC. */
  readonly cron: string;
  readonly keep: BackupRetention;
  /** Milliseconds: where the newest backup is older than that, the cluster's backups are not healthy. */
  readonly maxAgeMs: number;
  /** Milliseconds: a time that was missed for longer than that is left out. */
  readonly catchupWindowMs: number;
  readonly paused?: true;
};

const MINUTE = 60_000;

/** What a BackupSchedule that leaves everything out means. */
export const DEFAULT_BACKUP_SCHEDULE = {
  cron: '*/10 * * * *',
  keep: { last: 4, hourly: 24, daily: 7 },
  maxAgeMs: 30 * MINUTE,
  catchupWindowMs: 10 * MINUTE,
} as const satisfies Omit<BackupSchedule, 'name'>;

/** Enough for a year of hours and ten of days; more would be a slip of the finger. */
export const RETENTION_LIMITS = { last: 1000, hourly: 8784, daily: 3660 } as const;
