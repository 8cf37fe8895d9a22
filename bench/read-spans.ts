import type { Client } from '@temporalio/client';
import type { ClusterState } from '../domain/cluster-state.ts';
import type { Step } from '../domain/step.ts';
import type { Span } from './critical-path.ts';

/** What of a history's event is read; its 64-bit numbers are objects of a library, or plain. */
type Whole = { toString(): string } | null;
type End = { readonly scheduledEventId?: Whole; readonly startedEventId?: Whole } | null;
type Event = {
  readonly eventId?: Whole;
  readonly eventTime?: { readonly seconds?: Whole; readonly nanos?: number | null } | null;
  readonly activityTaskScheduledEventAttributes?: { readonly activityType?: { readonly name?: string | null } | null } | null;
  readonly activityTaskCompletedEventAttributes?: End;
  readonly activityTaskFailedEventAttributes?: End;
  readonly activityTaskTimedOutEventAttributes?: End;
  readonly timerFiredEventAttributes?: { readonly startedEventId?: Whole } | null;
};
type Activity = Omit<Span, 'step' | 'machine' | 'phase'> & { readonly type: string };

/** Every activity that a cluster's create has run, with the phase that it was; from the histories. */
export async function readSpans(client: Client, state: ClusterState): Promise<readonly Span[]> {
  const own = await readActivities(client, `cluster/${state.identity.name}`);
  const steps = await Promise.all(state.steps.map(async (step) => spansOf(step, await readActivities(client, step.id))));
  return [...own.map(({ type, ...times }) => ({ ...times, step: 'cluster' as const, phase: type })), ...steps.flat()];
}

/** @throws Error where a step's phases are not one activity each: then its timings would not say what took the time */
export function spansOf(step: Step, activities: readonly Activity[]): readonly Span[] {
  if (activities.length !== step.phases.length) {
    throw new Error(`${step.id}: ${activities.length} activities in ${step.phases.length} phases`);
  }
  const byStart = step.phases.toSorted((a, b) => a.startedAt - b.startedAt);
  return activities.map(({ type: _type, ...times }, index) => ({
    ...times,
    step: step.kind,
    phase: byStart[index]?.name ?? '',
    ...(step.machine === undefined ? {} : { machine: step.machine }),
  }));
}

/** In the order in which they were scheduled; those that have not ended are left out. */
async function readActivities(client: Client, workflowId: string): Promise<readonly Activity[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  return activitiesOf(events ?? []);
}

export function activitiesOf(events: readonly Event[]): readonly Activity[] {
  const times = new Map(events.map((event) => [numberOf(event.eventId), timeOf(event)]));
  const ends = new Map(
    events.flatMap((event) => {
      const end = event.activityTaskCompletedEventAttributes ?? event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
      return end == null ? [] : [[numberOf(end.scheduledEventId), { startedAt: times.get(numberOf(end.startedEventId)), endedAt: timeOf(event) }] as const];
    }),
  );
  return events.flatMap((event) => {
    const type = event.activityTaskScheduledEventAttributes?.activityType?.name;
    const end = ends.get(numberOf(event.eventId));
    if (type == null || end === undefined) return [];
    const scheduledAt = timeOf(event);
    return [{ type, scheduledAt, startedAt: end.startedAt ?? scheduledAt, endedAt: end.endedAt }];
  });
}

/** From the start of each timer to when it fired; those that something came before are left out. */
export function timersOf(events: readonly Event[]): readonly { readonly startedAt: number; readonly endedAt: number }[] {
  const times = new Map(events.map((event) => [numberOf(event.eventId), timeOf(event)]));
  return events.flatMap((event) => {
    const startedAt = times.get(numberOf(event.timerFiredEventAttributes?.startedEventId));
    return startedAt === undefined ? [] : [{ startedAt, endedAt: timeOf(event) }];
  });
}

function timeOf({ eventTime }: Event): number {
  return numberOf(eventTime?.seconds) * 1000 + (eventTime?.nanos ?? 0) / 1e6;
}

function numberOf(whole: Whole | undefined): number {
  return Number(String(whole ?? 0));
}
