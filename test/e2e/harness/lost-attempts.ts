import { z } from 'zod';
import type { WorkflowDump } from './histories.ts';

const scheduled = z.object({
  eventId: z.coerce.string(),
  activityTaskScheduledEventAttributes: z.object({ activityType: z.object({ name: z.string() }) }),
});

const started = z.object({
  activityTaskStartedEventAttributes: z.object({
    scheduledEventId: z.coerce.string(),
    attempt: z.number(),
    lastFailure: z.object({ timeoutFailureInfo: z.object({ timeoutType: z.string() }) }),
  }),
});

/**
 * Types of the activities in which a worker was lost, by Temporal's own account: an attempt stopped
 * its heartbeat, and a later one is in the history.
 */
export function typesOfLostAttempts(dumps: readonly WorkflowDump[]): ReadonlySet<string> {
  const lost = new Set<string>();
  for (const { history } of dumps) {
    const names = new Map<string, string>();
    for (const event of history.events) {
      const schedule = scheduled.safeParse(event);
      if (schedule.success) names.set(schedule.data.eventId, schedule.data.activityTaskScheduledEventAttributes.activityType.name);
      const start = started.safeParse(event);
      if (!start.success) continue;
      const { scheduledEventId, lastFailure } = start.data.activityTaskStartedEventAttributes;
      const name = names.get(scheduledEventId);
      if (name !== undefined && lastFailure.timeoutFailureInfo.timeoutType.endsWith('HEARTBEAT')) lost.add(name);
    }
  }
  return lost;
}
