import { z } from 'zod';
import type { JournalEntry } from '../../domain/journal.ts';
import type { Store } from '../seams/store.ts';
import { parseJson } from './store-json.ts';
import { clusterKey } from './store-keys.ts';

const phaseSchema = z.object({
  name: z.string(),
  startedAt: z.number(),
  endedAt: z.number().exactOptional(),
  failed: z.literal(true).exactOptional(),
});

// Loose: what a later Slipway adds to an entry is read and kept.
const entrySchema = z.looseObject({
  id: z.string().min(1),
  at: z.number(),
  kind: z.enum(['command', 'step']),
  operation: z.string(),
  actor: z.string().exactOptional(),
  subject: z.string(),
  action: z.string(),
  reason: z.string(),
  changes: z.array(z.string()).exactOptional(),
  startedAt: z.number().exactOptional(),
  endedAt: z.number().exactOptional(),
  attempts: z.number().exactOptional(),
  outcome: z.enum(['accepted', 'done', 'blocked', 'cancelled', 'failed']),
  evidence: z.string().exactOptional(),
  phases: z.array(phaseSchema).exactOptional(),
});

/**
 * Adds those whose IDs are not there yet; whoever is unsure what was written offers all again. Two
 * workers that add the same one at the same moment may both write it; readers see it once.
 */
export async function appendJournal(store: Store, uid: string, entries: readonly JournalEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const lines = await readLines(store, uid);
  for (const entry of entries) {
    const checked = entrySchema.parse(entry);
    if (holds(lines, checked.id)) continue;
    const line = JSON.stringify(checked);
    await store.appendLine(journalKey(uid), line);
    lines.push(line);
  }
}

/** Only lines that may be that entry are read: a journal has as many as its cluster has ever had steps. */
function holds(lines: readonly string[], id: string): boolean {
  const mark = JSON.stringify(id);
  return lines.some((line) => line.includes(mark) && readEntry(line)?.id === id);
}

/**
 * All entries in the order of writing, the first of each ID. A line that is no entry is one whose
 * append failed half-way (a full disk): it was never acknowledged, so its writer has repeated it.
 */
export async function readJournal(store: Store, uid: string): Promise<readonly JournalEntry[]> {
  const entries = new Map<string, JournalEntry>();
  for (const line of await readLines(store, uid)) {
    const entry = readEntry(line);
    if (entry !== undefined && !entries.has(entry.id)) entries.set(entry.id, entry);
  }
  return [...entries.values()];
}

async function readLines(store: Store, uid: string): Promise<string[]> {
  const bytes = await store.get(journalKey(uid));
  return Buffer.from(bytes ?? []).toString('utf8').split('\n');
}

function readEntry(line: string): JournalEntry | undefined {
  return entrySchema.safeParse(parseJson(line)).data;
}

function journalKey(uid: string): string {
  return clusterKey(uid, 'journal.jsonl');
}
