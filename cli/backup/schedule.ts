import { DEFAULT_BACKUP_SCHEDULE, type BackupRetention } from '../../api/backup-schedule.ts';
import { checkCron } from '../../api/validation/cron.ts';
import type { BackupScheduleView, ScheduleQuestion, ScheduleWish } from '../../domain/backup/backup-view.ts';
import { workflowTypes, type ScheduleInput } from '../../workflows/contracts.ts';
import { backupScheduleUpdate } from '../../workflows/messages.ts';
import { currentActor } from '../actor.ts';
import { UsageError } from '../errors.ts';
import { writeValue, type OutputFormat } from '../output.ts';
import { formatAge } from '../render/age.ts';
import { sendUpdate } from '../send-update.ts';
import { withTemporal, type TemporalSession } from '../temporal/session.ts';
import { writeData, writeStory } from '../terminal.ts';
import { askBackups } from './request.ts';

export type ScheduleFlags = {
  readonly cron?: string;
  readonly keep?: BackupRetention;
  readonly maxAge?: number;
  readonly catchupWindow?: number;
  readonly pause?: true;
  readonly resume?: true;
  readonly trigger?: true;
  readonly remove?: true;
  readonly output: OutputFormat;
};

const MINUTE_MS = 60_000;

/** What a command line asks for. */
type ScheduleChange = ScheduleWish | { readonly kind: 'show' } | { readonly kind: 'trigger' };

/** One change, or none, and how the schedule is then. What is to last is kept with the cluster, and from there in Temporal. */
export async function changeSchedule(cluster: string, flags: ScheduleFlags): Promise<void> {
  const change = readChange(flags);
  const schedule = await withTemporal(async (session) => {
    const input: ScheduleInput = { cluster, change: await keepWithCluster(session, cluster, change), actor: currentActor() };
    return askBackups<BackupScheduleView | undefined>(session, { type: workflowTypes.backupSchedule, cluster, what: 'change-backup-schedule', input });
  });
  if (flags.output === 'json' || flags.output === 'yaml') return writeValue(schedule === undefined ? null : view(schedule), flags.output);
  if (change.kind === 'trigger') writeStory('a backup is begun, unless one is under way');
  if (schedule !== undefined) return writeData(describe(schedule));
  writeStory(change.kind === 'remove' ? 'the schedule is removed; backups stay' : `cluster ${cluster} has no schedule`);
  return change.kind === 'remove' ? undefined : writeStory(`Next:  slipway backup schedule cluster/${cluster} --cron "*/10 * * * *"`);
}

/** @returns what is left to be asked of Temporal */
async function keepWithCluster(session: TemporalSession, cluster: string, change: ScheduleChange): Promise<ScheduleQuestion> {
  if (change.kind === 'show' || change.kind === 'trigger') return change;
  const { result } = await sendUpdate(session, { cluster, update: backupScheduleUpdate, command: { change, actor: currentActor() } });
  return change.kind === 'set' || result === 'changed' ? { kind: 'show', settled: true } : change;
}

/** @throws UsageError for what goes not together, or is no schedule */
export function readChange({ cron, keep, maxAge, catchupWindow, ...flags }: ScheduleFlags): ScheduleChange {
  const isSet = [cron, keep, maxAge, catchupWindow].some((value) => value !== undefined);
  const asked = [isSet, flags.pause, flags.resume, flags.trigger, flags.remove].filter((value) => value === true).length;
  if (asked > 1) throw new UsageError({ what: '--pause, --resume, --trigger, --remove and a new schedule are one at a time', unchanged: 'nothing was sent' });
  if (flags.pause === true || flags.resume === true) return { kind: 'pause', paused: flags.pause === true };
  if (flags.trigger === true) return { kind: 'trigger' };
  if (flags.remove === true) return { kind: 'remove' };
  if (!isSet) return { kind: 'show' };
  const wrong = cron === undefined ? undefined : checkCron(cron);
  if (wrong !== undefined) throw new UsageError({ what: `--cron "${cron}" ${wrong.message}`, unchanged: 'nothing was sent', next: [wrong.expected] });
  for (const [flag, value] of [['--max-age', maxAge], ['--catchup-window', catchupWindow]] as const) {
    if (value !== undefined && value < MINUTE_MS) throw new UsageError({ what: `${flag} must be at least a minute`, unchanged: 'nothing was sent' });
  }
  const defaults = DEFAULT_BACKUP_SCHEDULE;
  return {
    kind: 'set',
    schedule: {
      name: 'command',
      cron: (cron ?? defaults.cron).trim().split(/\s+/).join(' '),
      keep: keep ?? defaults.keep,
      maxAgeMs: maxAge ?? defaults.maxAgeMs,
      catchupWindowMs: catchupWindow ?? defaults.catchupWindowMs,
    },
  };
}

function describe({ cron, keep, maxAgeMs, catchupWindowMs, source, scheduleId, pausedNow, note, next }: BackupScheduleView): string {
  const [soonest] = next;
  const rows = [
    ['Schedule', `${cron} (UTC)${pausedNow ? ', paused' : ''}`],
    ['Next', pausedNow || soonest === undefined ? '-' : new Date(soonest).toISOString()],
    ['Keeps', `the newest ${keep.last}, ${keep.hourly} hourly, ${keep.daily} daily`],
    ['Limit', `unhealthy when the newest is older than ${formatAge(maxAgeMs)}`],
    ['Catch-up', `what was missed for more than ${formatAge(catchupWindowMs)} is left out; never two at once`],
    ['From', source === 'manifest' ? 'the manifest' : 'slipway backup schedule'],
    ['In Temporal', scheduleId],
    ['Note', note],
  ];
  return rows.map(([name = '', value = '']) => `${`${name}:`.padEnd(13)}${value}`).join('\n');
}

function view({ createdAt, next, ...schedule }: BackupScheduleView): object {
  return { kind: 'BackupSchedule', ...schedule, createdAt: new Date(createdAt).toISOString(), next: next.map((time) => new Date(time).toISOString()) };
}
