import { z } from 'zod';
import type { Store } from '../seams/store.ts';
import { parseJson } from './store-json.ts';
import { clusterKey } from './store-keys.ts';

const entrySchema = z.object({
  id: z.string().min(1),
  at: z.number(),
  kind: z.enum(['command', 'step']),
  operation: z.string(),
  actor: z.string().exactOptional(),
  subject: z.string(),
  action: z.string(),
  reason: z.string(),
  startedAt: z.number().exactOptional(),
  endedAt: z.number().exactOptional(),
  attempts: z.number().exactOptional(),
  outcome: z.enum(['accepted', 'done', 'blocked', 'cancelled', 'failed']),
  evidence: z.string().exactOptional(),
});

/** One accepted command or one finished step. */
export type JournalEntry = {
  /** Stable over retries: an entry is told apart by it alone. */
  readonly id: string;
  /** Epoch milliseconds (workflow time). */
  readonly at: number;
  readonly kind: 'command' | 'step';
  /** ID of the operation that it belongs to. */
  readonly operation: string;
  /** Who gave the command; absent where Slipway acted by itself. */
  readonly actor?: string;
  /** What it was about: "machine/demo-cp-x2f9". */
  readonly subject: string;
  readonly action: string;
  readonly reason: string;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly attempts?: number;
  readonly outcome: 'accepted' | 'done' | 'blocked' | 'cancelled' | 'failed';
  /** The failing command's last lines, without secrets. */
  readonly evidence?: string;
};

/**
 * Adds an entry unless its ID is there already. Two workers that add the same one at the same
 * moment may both write it; readers see it once.
 */
export async function appendJournal(store: Store, uid: string, entry: JournalEntry): Promise<void> {
  const checked = entrySchema.parse(entry);
  const existing = await readJournal(store, uid);
  if (existing.some(({ id }) => id === checked.id)) return;
  await store.appendLine(journalKey(uid), JSON.stringify(checked));
}

/**
 * All entries in the order of writing, the first of each ID. A line that is no entry is one whose
 * append failed half-way (a full disk): it was never acknowledged, so its writer has repeated it.
 */
export async function readJournal(store: Store, uid: string): Promise<readonly JournalEntry[]> {
  const bytes = await store.get(journalKey(uid));
  const entries = new Map<string, JournalEntry>();
  for (const line of Buffer.from(bytes ?? []).toString('utf8').split('\n')) {
    const entry = entrySchema.safeParse(parseJson(line)).data;
    if (entry !== undefined && !entries.has(entry.id)) entries.set(entry.id, entry);
  }
  return [...entries.values()];
}

function journalKey(uid: string): string {
  return clusterKey(uid, 'journal.jsonl');
}
