import type { ClusterHistory, HistoryItem, HistoryOutcome } from '../history/history.ts';
import type { Colors } from '../terminal.ts';
import { formatDuration } from './age.ts';
import { printableLine } from './printable.ts';
import { stepVerb } from './step-verb.ts';
import { renderTable, type Cell } from './table.ts';
import { firstLine } from './text.ts';

/** Commands with their steps below them, in the order in which they began. */
export function renderHistory(history: ClusterHistory, options: { readonly wide: boolean; readonly colors: Colors }): string {
  const { wide, colors } = options;
  return renderTable({
    header: ['STARTED', 'DURATION', 'OPERATION', 'SUBJECT', 'ACTION', 'ATTEMPTS', 'ACTOR', 'OUTCOME', ...(wide ? ['REASON', 'EVIDENCE'] : [])],
    rows: history.items.map((item) => [
      new Date(item.startedAt).toISOString().replace(/\.\d+/, ''),
      durationOf(item, history.at),
      item.operation,
      printableLine(item.subject),
      item.kind === 'command' ? item.action : `  ${stepVerb(item.action)}`,
      item.attempts === undefined ? '-' : String(item.attempts),
      item.actor === undefined ? '-' : printableLine(item.actor, 40),
      { text: item.outcome, paint: painter(item.outcome, colors) },
      ...(wide ? wideCells(item) : []),
    ]),
  });
}

/** A command without a reason of its own is told by what it changed. */
function wideCells({ reason, changes = [], evidence }: HistoryItem): readonly Cell[] {
  const why = reason === '' ? changes.join('; ') : reason;
  return [why === '' ? '-' : printableLine(why, 80), evidence === undefined ? '-' : printableLine(firstLine(evidence))];
}

function durationOf({ startedAt, endedAt, outcome }: HistoryItem, now: number): string {
  if (endedAt !== undefined) return formatDuration(endedAt - startedAt);
  return outcome === 'running' || outcome === 'blocked' ? `${formatDuration(now - startedAt)} so far` : '-';
}

function painter(outcome: HistoryOutcome, colors: Colors): (text: string) => string {
  const paint = { accepted: colors.dim, running: colors.cyan, done: colors.green, blocked: colors.red, cancelled: colors.dim, failed: colors.red };
  return paint[outcome];
}
