import { proxyActivities } from '@temporalio/workflow';
import type { createRecordActivities } from '../activities/record-activities.ts';
import { journalOf } from '../domain/journal.ts';
import { persistent } from './activity-options.ts';
import type { ClusterInbox } from './cluster-inbox.ts';

const { recordCluster } = proxyActivities<ReturnType<typeof createRecordActivities>>(persistent);

/**
 * Keeps the store's record in step with the state. Journal entries have stable IDs and the store
 * takes each once, so a new run may offer all that its state holds again.
 */
export class ClusterRecorder {
  readonly #inbox: ClusterInbox;
  #savedVersion = 0;

  constructor(inbox: ClusterInbox) {
    this.#inbox = inbox;
  }

  async save(): Promise<void> {
    const state = this.#inbox.current();
    if (state.version === this.#savedVersion) return;
    this.#savedVersion = state.version;
    await recordCluster({ state, journal: journalOf(state) });
  }
}
