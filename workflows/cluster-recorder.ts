import { proxyActivities } from '@temporalio/workflow';
import type { createRecordActivities } from '../activities/record-activities.ts';
import { journalOf } from '../domain/journal.ts';
import { persistent } from './activity-options.ts';
import type { ClusterInbox } from './cluster-inbox.ts';

const { recordCluster } = proxyActivities<ReturnType<typeof createRecordActivities>>(persistent);

/**
 * Keeps the store's record in step with the state. Journal entries have stable IDs and the store
 * takes each once, so a new run may offer again what the one before has written.
 */
export class ClusterRecorder {
  readonly #inbox: ClusterInbox;
  readonly #journaled = new Set<string>();
  #savedVersion = 0;

  constructor(inbox: ClusterInbox) {
    this.#inbox = inbox;
  }

  async save(): Promise<void> {
    const state = this.#inbox.current();
    if (state.version === this.#savedVersion) return;
    this.#savedVersion = state.version;
    const journal = journalOf(state).filter((entry) => !this.#journaled.has(entry.id));
    for (const entry of journal) this.#journaled.add(entry.id);
    await recordCluster({ state, journal });
  }
}
