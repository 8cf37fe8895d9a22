import type { JournalEntry } from '../../domain/journal.ts';
import { workflowTypes, type HistoryInput, type HistoryPage } from '../../workflows/contracts.ts';
import { clusterWorkflowId } from '../../workflows/messages.ts';
import { NotFoundError } from '../errors.ts';
import { fetchProgress, type Progress } from '../follow/progress.ts';
import { runWorkflow } from '../temporal/run-workflow.ts';
import type { TemporalSession } from '../temporal/session.ts';
import { assembleHistory } from './assemble-history.ts';
import type { ClusterHistory } from './history.ts';

export type HistoryQuestion = {
  readonly name: string;
  readonly uid?: string;
  readonly operation?: string;
  /** Entries of the journal at most, the newest. */
  readonly limit: number;
};

/**
 * From the store's journal, with what is under way added while the cluster lives.
 * @throws NotFoundError where the store has never known such a cluster
 */
export async function fetchHistory(session: TemporalSession, question: HistoryQuestion): Promise<ClusterHistory> {
  const { name, operation } = question;
  // First: what ends in between is then in the journal, and not lost between the two.
  const live = await fetchLive(session, name);
  const { journal, uid, clusters, earlier } = await fetchJournal(session, question);
  const own = live?.state.identity.uid === uid ? { live } : {};
  const items = assembleHistory({ name, journal, ...own, ...(operation === undefined ? {} : { operation }) });
  return { name, uid, clusters, items, earlier, at: live?.at ?? Date.now() };
}

type Journal = Pick<ClusterHistory, 'uid' | 'clusters' | 'earlier'> & { readonly journal: readonly JournalEntry[] };

/** A page after the other, from the end backwards: each is an answer of a size that Temporal takes. */
async function fetchJournal(session: TemporalSession, question: HistoryQuestion): Promise<Journal> {
  const { limit, ...asked } = question;
  let journal: readonly JournalEntry[] = [];
  let input: HistoryInput = { ...asked, limit };
  for (;;) {
    const page = await runWorkflow<HistoryPage>(session, {
      type: workflowTypes.history,
      idPrefix: `${clusterWorkflowId(question.name)}/history`,
      input,
      unchanged: 'nothing was changed',
      next: ['slipway get clusters'],
    });
    const { uid, clusters, from } = page;
    journal = [...page.entries, ...journal];
    if (from === 0 || journal.length >= limit) return { journal, uid, clusters, earlier: from };
    input = { ...asked, uid, limit: limit - journal.length, before: from };
  }
}

/** Undefined where no such cluster is open any more: the journal tells of it all the same. */
async function fetchLive(session: TemporalSession, name: string): Promise<Progress | undefined> {
  try {
    return await fetchProgress(session, name);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
