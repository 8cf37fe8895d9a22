import { isCancellation, log, proxyActivities } from '@temporalio/workflow';
import type { createRecordActivities } from '../activities/record-activities.ts';
import { blockOperation, withOperation } from '../domain/update-state.ts';
import { currentOperation, type ClusterState } from '../domain/cluster-state.ts';
import { forgetJournaled, journalOf, type JournalEntry } from '../domain/journal.ts';
import type { Evidence } from '../domain/evidence.ts';
import { persistent } from './activity-options.ts';
import type { ClusterInbox } from './cluster-inbox.ts';
import { summaryLine } from './details/markdown.ts';
import { toEvidence } from './evidence.ts';

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

  /** What somebody has said is not in the store yet. */
  owesWord(): boolean {
    return journalOf(this.#inbox.current()).some(({ kind, id }) => kind === 'command' && !this.#journaled.has(id));
  }

  async save(): Promise<void> {
    const state = this.#inbox.current();
    if (state.version === this.#savedVersion) return;
    this.#savedVersion = state.version;
    const journal = journalOf(state).filter((entry) => !this.#journaled.has(entry.id));
    for (const entry of journal) this.#journaled.add(entry.id);
    try {
      await storeWith(summarize(state, journal)).recordCluster({ state, journal });
      this.#inbox.update((current) => forgetJournaled(current, (id) => this.#journaled.has(id)));
    } catch (error) {
      if (isCancellation(error)) throw error;
      for (const entry of journal) this.#journaled.delete(entry.id);
      const evidence = toEvidence(error, `cluster/${state.identity.name}: recording the cluster in the store`);
      log.warn('the store refused the record', { ...evidence });
      this.#inbox.update((current) => blockUnrecorded(current, { unrecorded: state, evidence }));
    }
  }
}

/**
 * Nothing more is made that the store does not know of; the next version of the state is offered
 * again. Never undone by itself: a second writer's cluster could be the one that is removed.
 */
function blockUnrecorded(state: ClusterState, { unrecorded, evidence }: { readonly unrecorded: ClusterState; readonly evidence: Evidence }): ClusterState {
  const operation = currentOperation(state);
  // One that was accepted meanwhile has not been refused.
  if (operation?.id !== currentOperation(unrecorded)?.id) return state;
  if (operation?.phase !== 'Running' || operation.verb === 'delete') return state;
  return blockOperation(withOperation(state, { ...operation, onFailure: 'block' }), evidence);
}

/**
 * Never a local activity: a workflow task whose worker dies is worked again at another time, and the same version would
 * come to say something else than the store has been told.
 */
function storeWith(summary: string) {
  return proxyActivities<ReturnType<typeof createRecordActivities>>({ ...persistent, summary });
}

/** What the timeline says of a record: the journal's newest entries, or that only the state has changed. */
function summarize(state: ClusterState, journal: readonly JournalEntry[]): string {
  const news = journal.map(({ id, outcome }) => (outcome === 'accepted' ? id : `${id} ${outcome}`));
  return summaryLine(`store version ${state.version}${news.length === 0 ? '' : `: ${news.join(', ')}`}`);
}
