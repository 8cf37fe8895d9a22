import type { BackupSchedule } from '../../api/backup-schedule.ts';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { findDifferences } from '../../api/find-differences.ts';
import { bump } from '../update-state.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { ScheduleSource, ScheduleWish } from './backup-view.ts';
import type { CommandedSchedule } from './commanded-schedule.ts';

/** The schedule that holds now: the manifest's before a command's. */
export type WantedSchedule = { readonly schedule: BackupSchedule; readonly source: ScheduleSource; readonly actor?: string };

export function wantedSchedule({ desired, backupSchedule }: Pick<ClusterState, 'desired' | 'backupSchedule'>): WantedSchedule | undefined {
  if (desired.backupSchedule !== undefined) return { schedule: desired.backupSchedule, source: 'manifest' };
  return backupSchedule === undefined ? undefined : { schedule: backupSchedule.schedule, source: 'command', actor: backupSchedule.actor };
}

export type ScheduleDecision =
  | { readonly action: 'keep'; readonly schedule: BackupSchedule | undefined; readonly reasons: readonly string[] }
  | { readonly action: 'unchanged'; readonly reasons: readonly string[] }
  | { readonly action: 'refuse'; readonly refusal: 'Conflict'; readonly reasons: readonly string[] };

/** Whether a command changes the schedule that is kept. A manifest's can be paused, in Temporal alone, and is changed in the manifest. */
export function decideSchedule({ identity, phase, desired, backupSchedule: kept }: ClusterState, wish: ScheduleWish): ScheduleDecision {
  const { name } = identity;
  if (phase === 'Deleting') return refuse(`cluster ${name} is being deleted`);
  if (wish.kind === 'pause') return decidePaused(kept, wish.paused);
  if (desired.backupSchedule !== undefined) {
    return refuse(`cluster ${name} has its schedule from its manifest (BackupSchedule ${desired.backupSchedule.name}). Nothing was changed. Change it there, and apply.`);
  }
  const wanted = wish.kind === 'set' ? wish.schedule : undefined;
  if (findDifferences(kept?.schedule, wanted).length === 0) return { action: 'unchanged', reasons: [wanted === undefined ? 'no schedule is kept' : 'it is kept already'] };
  return { action: 'keep', schedule: wanted, reasons: [wanted === undefined ? 'no schedule any more' : wanted.cron] };
}

function decidePaused(kept: CommandedSchedule | undefined, paused: boolean): ScheduleDecision {
  if (kept === undefined || (kept.schedule.paused === true) === paused) return { action: 'unchanged', reasons: ['nothing that is kept changes'] };
  const { paused: _paused, ...schedule } = kept.schedule;
  return { action: 'keep', schedule: paused ? { ...schedule, paused } : schedule, reasons: [paused ? 'it is paused' : 'it goes on'] };
}

export function keepSchedule(state: ClusterState, schedule: BackupSchedule | undefined, by: { readonly actor: string; readonly at: number }): ClusterState {
  const { backupSchedule: _before, ...rest } = state;
  return bump(schedule === undefined ? rest : { ...rest, backupSchedule: { schedule, ...by } });
}

/** Why an apply would take back, unseen, what somebody has set; its name and who has set it do not count. */
export function scheduleConflicts({ desired, backupSchedule: kept }: Pick<ClusterState, 'desired' | 'backupSchedule'>, manifest: DesiredCluster): readonly string[] {
  const { backupSchedule: wanted } = manifest;
  if (kept === undefined || wanted === undefined || desired.backupSchedule !== undefined) return [];
  const differences = findDifferences(kept.schedule, { ...wanted, name: kept.schedule.name }).map(({ path }) => path.join('.'));
  if (differences.length === 0) return [];
  return [`BackupSchedule ${wanted.name}: ${kept.actor} set another schedule of backups since the last apply (${kept.schedule.cron}; they differ in ${differences.join(', ')}); --force takes it back`];
}

/** A manifest with a schedule has taken over what a command had set: it does not come back when that one goes. */
export function withoutTakenOver(state: ClusterState): ClusterState {
  if (state.desired.backupSchedule === undefined || state.backupSchedule === undefined) return state;
  const { backupSchedule: _taken, ...rest } = state;
  return rest;
}

function refuse(reason: string): ScheduleDecision {
  return { action: 'refuse', refusal: 'Conflict', reasons: [reason] };
}
