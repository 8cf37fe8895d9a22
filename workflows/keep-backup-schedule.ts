import { proxyActivities } from '@temporalio/workflow';
import type { createBackupScheduleActivities } from '../activities/backup-schedule-activities.ts';
import { wantedSchedule } from '../domain/backup/decide-schedule.ts';
import { currentOperation } from '../domain/cluster-state.ts';
import { chore } from './activity-options.ts';
import type { ClusterInbox } from './cluster-inbox.ts';

const { syncBackupSchedule } = proxyActivities<ReturnType<typeof createBackupScheduleActivities>>({ ...chore, summary: 'the schedule of backups' });

/** Keeps Temporal's schedule of backups as the manifest, or else a command, has it: also where Temporal had forgotten it. */
export class BackupScheduleKeeper {
  readonly #inbox: ClusterInbox;
  /** As it was brought about last by this run of the workflow. */
  #known: string | undefined;

  constructor(inbox: ClusterInbox) {
    this.#inbox = inbox;
  }

  async sync(): Promise<void> {
    const state = this.#inbox.current();
    const wanted = wantedSchedule(state);
    const text = wanted === undefined ? undefined : JSON.stringify([wanted.source, wanted.schedule]);
    if (text === this.#known || state.phase === 'Deleting') return;
    const actor = wanted?.actor ?? currentOperation(state)?.actor ?? '';
    await syncBackupSchedule({ cluster: state.identity, actor, ...(wanted === undefined ? {} : { schedule: wanted.schedule, source: wanted.source }) });
    this.#known = text;
  }
}
