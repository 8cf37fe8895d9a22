import type { BackupSchedule } from '../../api/backup-schedule.ts';
import type { BackupScheduleView, ScheduleSource } from '../../domain/backup/backup-view.ts';

export type ScheduledCluster = { readonly name: string; readonly uid: string };

/** What starts backups by the clock. One a cluster. */
export interface BackupSchedules {
  /** Made, or changed to that. One that is so already stays, paused or not, as it is. */
  ensure(request: { readonly cluster: ScheduledCluster; readonly schedule: BackupSchedule; readonly source: ScheduleSource; readonly actor: string }): Promise<void>;
  /** One that is not there is no error. */
  remove(cluster: string): Promise<void>;
  find(cluster: string): Promise<BackupScheduleView | undefined>;
  /** `note` is what people read of it. @returns false where there is none */
  pause(cluster: string, paused: boolean, note: string): Promise<boolean>;
  /** Starts one now, unless one is under way. @returns false where there is no schedule */
  trigger(cluster: string): Promise<boolean>;
  /** How the newest backup, of whatever origin, failed; undefined where it did not. Epoch milliseconds. */
  findFailure(cluster: string): Promise<{ readonly at: number; readonly message: string } | undefined>;
}
