import { describe, expect, test } from 'vitest';
import { DEFAULT_BACKUP_SCHEDULE, type BackupSchedule } from '../../../../api/backup-schedule.ts';
import type { CommandedSchedule } from '../../../../domain/backup/commanded-schedule.ts';
import { decideSchedule, keepSchedule, wantedSchedule } from '../../../../domain/backup/decide-schedule.ts';
import type { ScheduleWish } from '../../../../domain/backup/backup-view.ts';
import { acceptApply } from '../../../../domain/change-cluster.ts';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import { decideApply } from '../../../../domain/decide-apply.ts';
import { sayingsOf, standingOf } from '../../../../domain/standing.ts';
import { recovering, running } from '../recovery/recoveries.ts';

const schedule = (cron: string, more: Partial<BackupSchedule> = {}): BackupSchedule => ({ ...DEFAULT_BACKUP_SCHEDULE, name: 'command', cron, ...more });
const kept: CommandedSchedule = { schedule: schedule('5 * * * *'), actor: 'ada@laptop', at: 1 };
const plain = running(1, 1);
const commanded: ClusterState = { ...plain, backupSchedule: kept };
const inManifest = (state: ClusterState, cron: string): ClusterState => ({ ...state, desired: { ...state.desired, backupSchedule: schedule(cron, { name: 'often' }) } });

const set = (cron: string): ScheduleWish => ({ kind: 'set', schedule: schedule(cron) });
const pause = (paused: boolean): ScheduleWish => ({ kind: 'pause', paused });

describe('a schedule that is set by a command', () => {
  test.each<[string, ClusterState, ScheduleWish, object]>([
    ['is kept', plain, set('5 * * * *'), { action: 'keep', schedule: kept.schedule }],
    ['takes the place of the one before', commanded, set('6 * * * *'), { action: 'keep', schedule: schedule('6 * * * *') }],
    ['stays where it is the same', commanded, set('5 * * * *'), { action: 'unchanged' }],
    ['goes', commanded, { kind: 'remove' }, { action: 'keep', schedule: undefined }],
    ['cannot go where there is none', plain, { kind: 'remove' }, { action: 'unchanged' }],
    ['is paused', commanded, pause(true), { action: 'keep', schedule: schedule('5 * * * *', { paused: true }) }],
    ['goes on as it is', commanded, pause(false), { action: 'unchanged' }],
    ["leaves the manifest's alone", inManifest(plain, '7 * * * *'), set('5 * * * *'), { action: 'refuse', reasons: [expect.stringContaining('from its manifest (BackupSchedule often)')] }],
    ["does not remove the manifest's", inManifest(plain, '7 * * * *'), { kind: 'remove' }, { action: 'refuse' }],
    ["does not keep a pause of the manifest's", inManifest(plain, '7 * * * *'), pause(true), { action: 'unchanged' }],
    ['is refused while the cluster goes', { ...plain, phase: 'Deleting' }, set('5 * * * *'), { action: 'refuse', refusal: 'Conflict' }],
  ])('%s', (_what, state, wish, expected) => {
    expect(decideSchedule(state, wish)).toMatchObject(expected);
  });

  test('goes on after a pause', () => {
    const paused = keepSchedule(plain, schedule('5 * * * *', { paused: true }), { actor: 'ada@laptop', at: 1 });
    expect(decideSchedule(paused, pause(false))).toMatchObject({ action: 'keep', schedule: schedule('5 * * * *') });
  });

  test("counts while the manifest has none, and is recorded with what else people have said", () => {
    expect(wantedSchedule(plain)).toBeUndefined();
    expect(wantedSchedule(commanded)).toEqual({ schedule: kept.schedule, source: 'command', actor: 'ada@laptop' });
    expect(wantedSchedule(inManifest(commanded, '7 * * * *'))).toMatchObject({ source: 'manifest', schedule: { cron: '7 * * * *' } });
    const state = keepSchedule(plain, kept.schedule, { actor: 'ada@laptop', at: 1 });
    expect(state.version).toBe(plain.version + 1);
    expect(sayingsOf(standingOf(state))).toEqual({ backupSchedule: kept });
    expect(keepSchedule(state, undefined, { actor: 'ada@laptop', at: 2 })).not.toHaveProperty('backupSchedule');
    expect(recovering(state).backupSchedule).toEqual(kept);
  });
});

const apply = (state: ClusterState, cron: string, force = false) => decideApply(state, { manifest: inManifest(plain, cron).desired, force });

describe('a manifest with a schedule', () => {
  test('does not take back unseen what a command has set', () => {
    expect(apply(commanded, '7 * * * *')).toEqual({
      action: 'refuse',
      refusal: 'Conflict',
      reasons: ['BackupSchedule often: ada@laptop set another schedule of backups since the last apply (5 * * * *; they differ in cron); --force takes it back'],
    });
    expect(apply(commanded, '7 * * * *', true).action).toBe('change');
    expect(apply(commanded, '5 * * * *').action).toBe('change');
    expect(apply(plain, '7 * * * *').action).toBe('change');
  });

  test('takes it over: it does not come back', () => {
    const decision = apply(commanded, '5 * * * *');
    if (decision.action !== 'change') throw new Error(decision.reasons.join());
    const state = acceptApply(commanded, decision.merged, { actor: 'ada@laptop', onFailure: 'block', changes: [], now: 2 });
    expect(state).not.toHaveProperty('backupSchedule');
    expect(wantedSchedule(state)).toMatchObject({ source: 'manifest', schedule: { name: 'often' } });
  });

  test('that says nothing of it leaves it alone', () => {
    expect(decideApply(commanded, { manifest: plain.desired }).action).toBe('unchanged');
  });
});
