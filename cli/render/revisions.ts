import type { RevisionSummary } from '../../domain/rollout/revision-history.ts';
import type { Colors } from '../terminal.ts';
import { printable, printableLine } from './printable.ts';
import { renderTable } from './table.ts';
import { paintLines, segment, type Line } from './text.ts';

/** The newest last, as kubectl lists them. */
export function renderRevisions(revisions: readonly RevisionSummary[]): string {
  return renderTable({
    header: ['REVISION', 'WHEN', 'WHO', 'WHY', 'CHANGES'],
    rows: revisions.map(({ revision, at, actor, reason, changes }) => [
      String(revision),
      moment(at),
      actor === '' ? '-' : printableLine(actor, 40),
      reason === '' ? '-' : printableLine(reason, 60),
      summarize(changes),
    ]),
  });
}

function summarize([first, ...others]: readonly string[]): string {
  if (first === undefined) return '-';
  return `${printableLine(first, 120)}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}

/** One revision with all that it changed. */
export function renderRevision(subject: string, { revision, at, actor, reason, changes }: RevisionSummary, colors: Colors): string {
  const lines: readonly Line[] = [
    [segment(`${subject}, revision ${revision}`, 'bold')],
    [segment(`  ${moment(at)} by ${actor === '' ? 'nobody known' : printableLine(actor)}${reason === '' ? '' : `: ${printableLine(reason)}`}`)],
    ...(changes.length === 0 ? [[segment('  nothing is known to be before it', 'dim')]] : changes.map((change): Line => [segment('  ~ ', 'yellow'), segment(printable(change))])),
  ];
  return paintLines(lines, colors);
}

function moment(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+/, '');
}
