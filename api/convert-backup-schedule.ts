import { DEFAULT_BACKUP_SCHEDULE, type BackupSchedule } from './backup-schedule.ts';
import type { DesiredCluster } from './desired-cluster.ts';
import { ofKind, type Resource } from './read-resources.ts';
import { parseDuration } from './validation/durations.ts';

/** The manifest's BackupSchedule with every default filled in: what is compared later has one form. */
export const convertBackupSchedule = (resources: readonly Resource[]): Pick<DesiredCluster, 'backupSchedule'> => {
  const manifest = ofKind(resources, 'BackupSchedule')[0]?.manifest;
  if (manifest === undefined) return {};
  const { schedule, keep, maxAge, catchupWindow, paused } = manifest.spec;
  const defaults = DEFAULT_BACKUP_SCHEDULE;
  const backupSchedule: BackupSchedule = {
    name: manifest.metadata.name,
    cron: (schedule ?? defaults.cron).trim().split(/\s+/).join(' '),
    keep: {
      last: keep?.last ?? defaults.keep.last,
      hourly: keep?.hourly ?? defaults.keep.hourly,
      daily: keep?.daily ?? defaults.keep.daily,
    },
    maxAgeMs: parseDuration(maxAge ?? '') ?? defaults.maxAgeMs,
    catchupWindowMs: parseDuration(catchupWindow ?? '') ?? defaults.catchupWindowMs,
    ...(paused === true ? { paused } : {}),
  };
  return { backupSchedule };
};
