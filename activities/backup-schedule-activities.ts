import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupSchedule } from '../api/backup-schedule.ts';
import { findDifferences } from '../api/find-differences.ts';
import type { BackupScheduleView, ScheduleQuestion, ScheduleSource } from '../domain/backup/backup-view.ts';
import { wantedSchedule } from '../domain/backup/decide-schedule.ts';
import type { ClusterState } from '../domain/cluster-state.ts';
import type { ClusterIdentity } from '../domain/identity.ts';
import { activityStartedAt, cancellationSignal, reportProgress } from './progress.ts';
import { AdmissionRefusedError } from './request-errors.ts';
import type { BackupSchedules } from './seams/backup-schedules.ts';
import type { ClusterLookup } from './seams/cluster-lookup.ts';
import { findManaged } from './find-managed.ts';

const pollMs = 200;
/** Somebody looks at a terminal meanwhile. */
const settledWithinMs = 10_000;

/** The cluster keeps another schedule than Temporal has by now. */
class ScheduleNotSettledError extends Error {
  override readonly name = 'ScheduleNotSettledError';

  constructor(cluster: string) {
    super(`cluster ${cluster} keeps the schedule as it was asked for, but Temporal does not have it so yet. It is tried again, at least each minute; slipway describe cluster ${cluster} says in the condition Managed what stands in the way.`);
  }
}

/** Temporal's schedule of a cluster's backups. What it is to be is the cluster's to say; see BackupScheduleKeeper. */
export function createBackupScheduleActivities(deps: { readonly clusters: ClusterLookup; readonly schedules: BackupSchedules; readonly now: () => number }) {
  const { clusters, schedules, now } = deps;

  const findSettled = async (cluster: string): Promise<BackupScheduleView | undefined> => {
    for (;;) {
      const [state, found] = await Promise.all([findManaged(clusters, cluster), schedules.find(cluster)]);
      if (isAsKept(state, found)) return found;
      if (now() - activityStartedAt() > settledWithinMs) throw new ScheduleNotSettledError(cluster);
      reportProgress({ phase: 'schedule of backups', waitingFor: 'Temporal to have it as the cluster keeps it' });
      await sleep(pollMs, undefined, { signal: cancellationSignal() });
    }
  };

  return {
    /** As the cluster keeps it; none where it keeps none. */
    async syncBackupSchedule(request: { cluster: ClusterIdentity; schedule?: BackupSchedule; /** A manifest unless given. */ source?: ScheduleSource; actor: string }): Promise<void> {
      const { cluster, schedule, source = 'manifest', actor } = request;
      await (schedule === undefined ? schedules.remove(cluster.name) : schedules.ensure({ cluster, schedule, source, actor }));
    },

    /** Answers how it is then. @throws AdmissionRefusedError where there is none */
    async changeBackupSchedule({ cluster, change, actor }: { cluster: string; change: ScheduleQuestion; actor: string }): Promise<BackupScheduleView | undefined> {
      const there = (done: boolean): void => {
        if (!done) throw new AdmissionRefusedError(`cluster ${cluster} has no schedule of backups. Nothing was changed. Run: slipway backup schedule cluster/${cluster} --cron "*/10 * * * *"`);
      };
      if (change.kind === 'show' && change.settled === true) return findSettled(cluster);
      const state = await findManaged(clusters, cluster);
      switch (change.kind) {
        case 'show':
          break;
        case 'remove':
          // Nobody keeps it: one that an earlier version has set, or that was left behind.
          there(wantedSchedule(state) === undefined && (await schedules.find(cluster)) !== undefined);
          await schedules.remove(cluster);
          break;
        case 'pause':
          there(await schedules.pause(cluster, change.paused, `${change.paused ? 'paused' : 'resumed'} by ${actor}`));
          break;
        case 'trigger':
          there(await schedules.trigger(cluster));
          break;
      }
      return schedules.find(cluster);
    },
  };
}

function isAsKept(state: ClusterState, found: BackupScheduleView | undefined): boolean {
  const wanted = wantedSchedule(state);
  if (wanted === undefined || found === undefined) return wanted === undefined && found === undefined;
  const { source, scheduleId: _id, pausedNow: _paused, note: _note, createdAt: _created, next: _next, ...schedule } = found;
  return source === wanted.source && findDifferences(schedule, wanted.schedule).length === 0;
}
