import { isDeepStrictEqual } from 'node:util';
import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy, WorkflowFailedError, type Client, type ScheduleHandle, type ScheduleOptions } from '@temporalio/client';
import type { SearchAttributePair } from '@temporalio/common';
import { z } from 'zod';
import type { BackupSchedule } from '../../api/backup-schedule.ts';
import type { BackupSchedules } from '../seams/backup-schedules.ts';

/** How a backup is started, told by the composition root: effects know no orchestration. */
export type BackupStart = {
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly scheduleId: (cluster: string) => string;
  /** What a scheduled run's workflow ID begins with; Temporal adds the time. */
  readonly workflowId: (cluster: string) => string;
  readonly searchAttributes: (cluster: string) => SearchAttributePair[];
};

const argsSchema = z.looseObject({
  uid: z.string(),
  source: z.enum(['manifest', 'command']),
  schedule: z.object({
    name: z.string(),
    cron: z.string(),
    keep: z.object({ last: z.number(), hourly: z.number(), daily: z.number() }),
    maxAgeMs: z.number(),
    catchupWindowMs: z.number(),
    paused: z.literal(true).exactOptional(),
  }),
});

/** Temporal Schedules: seen, paused and triggered in its Web UI as well. */
export function createBackupSchedules(deps: { readonly client: Pick<Client, 'schedule' | 'workflow'>; readonly start: BackupStart }): BackupSchedules {
  const { client, start } = deps;
  const handleOf = (cluster: string): ScheduleHandle => client.schedule.getHandle(start.scheduleId(cluster));
  return {
    async ensure({ cluster, schedule, source, actor }) {
      const input = { cluster: cluster.name, uid: cluster.uid, origin: 'scheduled', actor: `schedule ${schedule.name}`, keep: schedule.keep, schedule, source };
      const wanted: Pick<ScheduleOptions, 'spec' | 'action' | 'policies'> = {
        spec: { cronExpressions: [schedule.cron] },
        action: {
          type: 'startWorkflow',
          workflowType: start.workflowType,
          taskQueue: start.taskQueue,
          workflowId: start.workflowId(cluster.name),
          args: [input],
          typedSearchAttributes: start.searchAttributes(cluster.name),
          staticSummary: `${cluster.name}: backup by the clock (${schedule.cron})`,
          // One that nobody goes on with would keep all later ones from beginning.
          workflowExecutionTimeout: '24 hours',
        },
        // One that takes longer than the time to the next: that one is left out. A failure is to be seen, and the
        // next one may succeed, so nothing pauses by itself.
        policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: schedule.catchupWindowMs, pauseOnFailure: false },
      };
      const state = { paused: schedule.paused === true, note: noteOf(schedule, actor) };
      try {
        const memo = { cluster: cluster.name };
        await client.schedule.create({ scheduleId: start.scheduleId(cluster.name), ...wanted, state, memo, typedSearchAttributes: start.searchAttributes(cluster.name) });
      } catch (error) {
        if (!(error instanceof ScheduleAlreadyRunning)) throw error;
        // Whoever has paused or resumed it since, here or in the Web UI, is not overruled.
        if (await hasInput(handleOf(cluster.name), input)) return;
        await handleOf(cluster.name).update((before) => ({ ...wanted, state: { ...before.state, ...state }, typedSearchAttributes: start.searchAttributes(cluster.name) }));
      }
    },

    async remove(cluster) {
      await ifThere(() => handleOf(cluster).delete());
    },

    async find(cluster) {
      const found = await ifThere(() => handleOf(cluster).describe());
      const args: unknown = found?.action.args?.[0];
      const parsed = argsSchema.safeParse(args);
      if (found === undefined || !parsed.success) return undefined;
      return {
        ...parsed.data.schedule,
        source: parsed.data.source,
        scheduleId: found.scheduleId,
        pausedNow: found.state.paused,
        note: found.state.note ?? '',
        createdAt: found.info.createdAt.getTime(),
        next: found.info.nextActionTimes.map((time) => time.getTime()),
      };
    },

    async pause(cluster, paused, note) {
      const handle = handleOf(cluster);
      return (await ifThere(async () => (paused ? handle.pause(note) : handle.unpause(note)).then(() => true))) ?? false;
    },

    async trigger(cluster) {
      return (await ifThere(async () => handleOf(cluster).trigger(ScheduleOverlapPolicy.SKIP).then(() => true))) ?? false;
    },

    async findFailure(cluster) {
      const query = `WorkflowType='${start.workflowType}' AND ClusterName='${cluster}'`;
      let newest: { readonly workflowId: string; readonly runId: string; readonly status: string; readonly startTime: Date } | undefined;
      for await (const { workflowId, runId, status, startTime } of client.workflow.list({ query, pageSize: 20 })) {
        if (status.name === 'RUNNING') continue;
        if (newest === undefined || startTime > newest.startTime) newest = { workflowId, runId, status: status.name, startTime };
        break;
      }
      if (newest === undefined || newest.status === 'COMPLETED') return undefined;
      return { at: newest.startTime.getTime(), message: await reasonOf(client.workflow.getHandle(newest.workflowId, newest.runId).result(), newest.status) };
    },
  };
}

/** All that a schedule is told is what its runs are told. */
async function hasInput(handle: ScheduleHandle, input: unknown): Promise<boolean> {
  const { action } = await handle.describe();
  const args: readonly unknown[] = action.args ?? [];
  return isDeepStrictEqual(args[0], input);
}

async function ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

function noteOf({ cron, keep, paused }: BackupSchedule, actor: string): string {
  return `${paused === true ? 'paused; ' : ''}${cron} (UTC), keeps the newest ${keep.last}, ${keep.hourly} hourly, ${keep.daily} daily; set by ${actor}`;
}

async function reasonOf(result: Promise<unknown>, status: string): Promise<string> {
  try {
    await result;
  } catch (error) {
    let cause: unknown = error instanceof WorkflowFailedError ? error.cause : error;
    while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
    if (cause instanceof Error) return cause.message;
  }
  return `its workflow was ${status.toLowerCase()}`;
}
