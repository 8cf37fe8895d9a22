import { proxyActivities } from '@temporalio/workflow';
import type { createRecordActivities } from '../activities/record-activities.ts';
import { quick } from './activity-options.ts';
import { controlTaskQueue } from './contracts.ts';
import { onHost } from './host-activities.ts';

type RecordActivities = ReturnType<typeof createRecordActivities>;

export type StepActivities = ReturnType<typeof onHost> & { readonly records: RecordActivities };

/** What a phase of a step can have done: on its host by profile, and in the store. Timelines call it by `summary`. */
export function stepActivities(host: string, summary: string): StepActivities {
  return { ...onHost(host, summary), records: proxyActivities<RecordActivities>({ ...quick, taskQueue: controlTaskQueue, summary }) };
}
