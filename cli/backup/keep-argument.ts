import { InvalidArgumentError } from 'commander';
import { DEFAULT_BACKUP_SCHEDULE, RETENTION_LIMITS, type BackupRetention } from '../../api/backup-schedule.ts';

/** "last=4,hourly=24,daily=7"; what is left out is as the default has it. */
export function keepArgument(text: string): BackupRetention {
  const keep: Record<keyof BackupRetention, number> = { ...DEFAULT_BACKUP_SCHEDULE.keep };
  for (const part of text.split(',')) {
    const [, name, count] = /^(last|hourly|daily)=(\d{1,5})$/.exec(part.trim()) ?? [];
    if (name !== 'last' && name !== 'hourly' && name !== 'daily') throw new InvalidArgumentError('use for example "last=4,hourly=24,daily=7".');
    const least = name === 'last' ? 1 : 0;
    const value = Number(count);
    if (value < least || value > RETENTION_LIMITS[name]) throw new InvalidArgumentError(`${name} is a number from ${least} to ${RETENTION_LIMITS[name]}.`);
    keep[name] = value;
  }
  return keep;
}
