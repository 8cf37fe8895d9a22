import type { JournalEntry } from './journal.ts';

/** The clusters that ever had one name, and how far each came. */
export type ClusterIncarnation = {
  readonly uid: string;
  /** Epoch milliseconds; unknown where nothing but the name was ever stored. */
  readonly createdAt?: number;
  /** Epoch milliseconds; absent while it lives. */
  readonly deletedAt?: number;
};

export type JournalPage = {
  /** In the order of the journal: the newest last. */
  readonly entries: readonly JournalEntry[];
  /** Where the page begins: how many entries there are before it. */
  readonly from: number;
};

/** Far below what Temporal takes as one payload (2 MB) and warns of (512 KB). */
const maxPageBytes = 300_000;
const maxText = 8_000;

/**
 * The end of a journal, or what stands before the page that was had last. A page holds at least one
 * entry where there is one, and texts of a size that no entry of ours has are cut.
 */
export function pageOf(
  journal: readonly JournalEntry[],
  wanted: { readonly limit: number; readonly before?: number; readonly operation?: string },
): JournalPage {
  const all = wanted.operation === undefined ? journal : journal.filter(({ operation }) => operation === wanted.operation);
  const end = Math.min(wanted.before ?? all.length, all.length);
  const entries: JournalEntry[] = [];
  let bytes = 0;
  for (const entry of all.slice(Math.max(0, end - wanted.limit), end).toReversed()) {
    const readable = cutTexts(entry);
    // Characters of JSON take at most three bytes each in UTF-8; most take one.
    bytes += JSON.stringify(readable).length;
    if (entries.length > 0 && bytes > maxPageBytes) break;
    entries.unshift(readable);
  }
  return { entries, from: end - entries.length };
}

function cutTexts(entry: JournalEntry): JournalEntry {
  const { reason, evidence } = entry;
  if (reason.length <= maxText && (evidence?.length ?? 0) <= maxText) return entry;
  return { ...entry, reason: cut(reason), ...(evidence === undefined ? {} : { evidence: cut(evidence) }) };
}

function cut(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText)} …`;
}
