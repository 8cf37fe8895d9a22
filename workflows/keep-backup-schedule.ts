import { proxyActivities } from '@temporalio/workflow';
import type { createBackupRequestActivities } from '../activities/backup-request-activities.ts';
import { currentOperation } from '../domain/cluster-state.ts';
import { chore } from './activity-options.ts';
import type { ClusterInbox } from './cluster-inbox.ts';

const { syncBackupSchedule } = proxyActivities<ReturnType<typeof createBackupRequestActivities>>({ ...chore, summary: "the manifest's BackupSchedule" });

/** Keeps the schedule of backups as the manifest says; one that was set by a command is left alone while it says nothing. */
export class BackupScheduleKeeper {
  readonly #inbox: ClusterInbox;
  /** As it was brought about last by this run of the workflow. */
  #known: string | undefined;

  constructor(inbox: ClusterInbox) {
    this.#inbox = inbox;
  }

  async sync(): Promise<void> {
    const state = this.#inbox.current();
    const { backupSchedule: schedule } = state.desired;
    const wanted = schedule === undefined ? undefined : JSON.stringify(schedule);
    if (wanted === this.#known || state.phase === 'Deleting') return;
    const actor = currentOperation(state)?.actor ?? '';
    await syncBackupSchedule({ cluster: state.identity, actor, ...(schedule === undefined ? {} : { schedule }) });
    this.#known = wanted;
  }
}
