import { z } from 'zod';
import { RETENTION_LIMITS } from '../backup-schedule.ts';
import { apiVersionOf } from '../kinds.ts';
import { checkCron } from '../validation/cron.ts';
import { checkDuration, parseDuration } from '../validation/durations.ts';
import { checkObjectName } from '../validation/names.ts';
import type { Check } from '../validation/wrong.ts';
import { integer, object, text } from './fields.ts';
import { objectMeta, status } from './metadata.ts';

const checkPeriod: Check<string> = (value) => {
  const wrong = checkDuration(value);
  if (wrong !== undefined) return wrong;
  return (parseDuration(value) ?? 0) < 60_000 ? { message: 'must be at least one minute', expected: 'write a duration such as "30m"' } : undefined;
};

const count = (min: number, max: number) => integer({ min, max, expected: `use a number from ${min} to ${max}` });

/** Slipway's own kind: a cluster's backups by the clock. The newest backup always stays, so `last` is one at least. */
export const backupScheduleSchema = object({
  apiVersion: z.literal(apiVersionOf('BackupSchedule')),
  kind: z.literal('BackupSchedule'),
  metadata: objectMeta(checkObjectName),
  spec: object({
    clusterName: text(),
    schedule: text(checkCron).optional(),
    keep: object({
      last: count(1, RETENTION_LIMITS.last).optional(),
      hourly: count(0, RETENTION_LIMITS.hourly).optional(),
      daily: count(0, RETENTION_LIMITS.daily).optional(),
    }).optional(),
    maxAge: text(checkPeriod).optional(),
    catchupWindow: text(checkPeriod).optional(),
    paused: z.boolean().optional(),
  }),
  status,
});

export type BackupScheduleManifest = z.output<typeof backupScheduleSchema>;
