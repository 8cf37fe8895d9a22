import { describe, expect, test } from 'vitest';
import { activitiesOf, spansOf } from '../../../bench/read-spans.ts';
import type { Step } from '../../../domain/step.ts';

const at = (seconds: number) => ({ seconds, nanos: 500_000_000 });

const events = [
  { eventId: 5, eventTime: at(10), activityTaskScheduledEventAttributes: { activityType: { name: 'ensureNetwork' } } },
  { eventId: 6, eventTime: at(10), activityTaskScheduledEventAttributes: { activityType: { name: 'ensureClusterSecrets' } } },
  { eventId: 7, eventTime: at(11), activityTaskStartedEventAttributes: {} },
  { eventId: 8, eventTime: at(12), activityTaskCompletedEventAttributes: { scheduledEventId: 6, startedEventId: 7 } },
  { eventId: 9, eventTime: at(13), activityTaskStartedEventAttributes: {} },
  { eventId: 10, eventTime: at(15), activityTaskFailedEventAttributes: { scheduledEventId: 5, startedEventId: 9 } },
  { eventId: 11, eventTime: at(16), activityTaskScheduledEventAttributes: { activityType: { name: 'still running' } } },
];

const step: Step = {
  id: 'cluster/c/infrastructure',
  kind: 'EnsureInfrastructure',
  operation: 'c-create-1',
  generation: 1,
  reasons: [],
  state: 'Done',
  startedAt: 10,
  phases: [
    { name: 'network', startedAt: 10 },
    { name: 'certificates and keys', startedAt: 10 },
  ],
};

describe('activities of a history', () => {
  test('come in the order in which they were scheduled, however they ended, and without those that go on', () => {
    expect(activitiesOf(events)).toEqual([
      { type: 'ensureNetwork', scheduledAt: 10_500, startedAt: 13_500, endedAt: 15_500 },
      { type: 'ensureClusterSecrets', scheduledAt: 10_500, startedAt: 11_500, endedAt: 12_500 },
    ]);
  });

  test('are the phases of their step, one each', () => {
    expect(spansOf(step, activitiesOf(events)).map(({ phase, endedAt }) => [phase, endedAt])).toEqual([
      ['network', 15_500],
      ['certificates and keys', 12_500],
    ]);
  });

  test('that span two phases are refused: what took the time could not be told', () => {
    expect(() => spansOf(step, activitiesOf(events).slice(1))).toThrow('cluster/c/infrastructure: 1 activities in 2 phases');
  });
});
