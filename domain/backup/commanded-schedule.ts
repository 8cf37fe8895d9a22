import type { BackupSchedule } from '../../api/backup-schedule.ts';

/** A schedule of backups that somebody has set by a command. It counts while the manifest has none. */
export type CommandedSchedule = {
  readonly schedule: BackupSchedule;
  readonly actor: string;
  /** Epoch milliseconds, workflow time. */
  readonly at: number;
};
