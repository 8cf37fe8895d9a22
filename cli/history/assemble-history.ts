import { journalOf, type JournalEntry } from '../../domain/journal.ts';
import type { ClusterState } from '../../domain/cluster-state.ts';
import type { Operation } from '../../domain/operation.ts';
import type { Step } from '../../domain/step.ts';
import type { Progress } from '../follow/progress.ts';
import type { HistoryItem, HistoryOutcome } from './history.ts';

/**
 * The journal as people read it: a command and its end are one item, a step knows who asked for it,
 * and what is under way, which no journal holds, stands among the rest.
 */
export function assembleHistory(known: {
  readonly name: string;
  readonly journal: readonly JournalEntry[];
  /** Of the same cluster, while its workflow is open. */
  readonly live?: Progress;
  readonly operation?: string;
}): readonly HistoryItem[] {
  const { name, journal, live, operation } = known;
  const state = live?.state;
  const entries = [...new Map([...journal, ...(state === undefined ? [] : journalOf(state))].map((entry) => [entry.id, entry])).values()];
  const actors = new Map(entries.filter(isCommand).map((entry) => [entry.operation, entry.actor]));
  const commands = new Set(entries.filter(isCommand).map((entry) => entry.operation));
  const items = [
    ...[...commands].map((id) => commandItem(id, entries, state)),
    ...entries.filter(({ id }) => id.endsWith('/cancel') || isWord(id)).map((entry) => itemOf(entry, name)),
    ...entries.filter(({ kind }) => kind === 'step').map((entry) => ({ ...itemOf(entry, name), ...actorOf(actors.get(entry.operation)) })),
    ...(state?.steps ?? []).filter((step) => step.state === 'Running').map((step) => runningItem(step, { name, live, actor: actors.get(step.operation) })),
  ];
  return items.filter((item) => operation === undefined || item.operation === operation).toSorted(byStart);
}

function isCommand(entry: JournalEntry): boolean {
  return entry.kind === 'command' && !entry.id.endsWith('/cancel') && !isWord(entry.id);
}

/** Said of a rollout beside the commands, "demo-apply-3/word-2": who paused it, or approved. It has no end. */
function isWord(id: string): boolean {
  return /\/word-\d+$/.test(id);
}

/** Its end, where that is known, says everything that its beginning did. */
function commandItem(operation: string, entries: readonly JournalEntry[], state: ClusterState | undefined): HistoryItem {
  const own = entries.filter((entry) => isCommand(entry) && entry.operation === operation);
  const ended = own.find(({ endedAt }) => endedAt !== undefined);
  const [entry] = ended === undefined ? own : [ended];
  if (entry === undefined) throw new Error(`operation ${operation} has no entry`);
  const item = { ...itemOf(entry, ''), id: operation };
  const open = state?.operations.find(({ id }) => id === operation);
  if (ended !== undefined || open === undefined) return item;
  return { ...item, outcome: openOutcome(open), ...(open.evidence === undefined ? {} : { evidence: open.evidence.message }) };
}

function openOutcome({ phase }: Operation): HistoryOutcome {
  return phase === 'Blocked' ? 'blocked' : 'running';
}

function itemOf(entry: JournalEntry, cluster: string): HistoryItem {
  const { id, kind, operation, action, actor, reason, changes, at, startedAt, endedAt, attempts, outcome, evidence, phases } = entry;
  return {
    id,
    kind,
    operation,
    subject: subjectOf(entry.subject, cluster),
    action,
    ...actorOf(actor),
    reason,
    ...(changes === undefined ? {} : { changes }),
    startedAt: startedAt ?? at,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(attempts === undefined ? {} : { attempts }),
    outcome,
    ...(evidence === undefined ? {} : { evidence }),
    phases: phases ?? [],
  };
}

function runningItem(
  step: Step,
  known: { readonly name: string; readonly live: Progress | undefined; readonly actor: string | undefined },
): HistoryItem {
  const seen = known.live?.steps[step.id];
  const attempts = Math.max(step.attempts ?? 1, seen?.attempts ?? 1, ...(seen?.activities ?? []).map(({ attempt }) => attempt));
  return {
    id: `${step.operation}/${step.id}/${step.generation}`,
    kind: 'step',
    operation: step.operation,
    subject: step.machine ?? subjectOf(step.id, known.name),
    action: step.kind,
    ...actorOf(known.actor),
    reason: step.reasons.join('; '),
    startedAt: step.startedAt,
    attempts,
    outcome: 'running',
    phases: seen?.phases ?? step.phases,
  };
}

/** Steps of a cluster as a whole are named by their workflow: "cluster/demo/infrastructure"; its removal is about all of it. */
function subjectOf(subject: string, cluster: string): string {
  const prefix = `cluster/${cluster}/`;
  if (subject === `${prefix}delete`) return `cluster/${cluster}`;
  return subject.startsWith(prefix) ? subject.slice(prefix.length) : subject;
}

function actorOf(actor: string | undefined): Pick<HistoryItem, 'actor'> {
  return actor === undefined ? {} : { actor };
}

/** What began in the same millisecond: a command before its steps, then as it ended. */
function byStart(a: HistoryItem, b: HistoryItem): number {
  if (a.startedAt !== b.startedAt) return a.startedAt - b.startedAt;
  if (a.kind !== b.kind) return a.kind === 'command' ? -1 : 1;
  return (a.endedAt ?? Infinity) - (b.endedAt ?? Infinity) || (a.id < b.id ? -1 : 1);
}
