import type { PhaseRecord } from '../../domain/step.ts';
import { criticalPath, type Span } from './critical-path.ts';
import type { ClusterHistory, HistoryItem } from './history.ts';

/** A phase, or the whole of a step that tells of none. */
export type Segment = Span & {
  readonly name: string;
  readonly step: HistoryItem;
  readonly failed: boolean;
  /** Nothing has ended it yet. */
  readonly open: boolean;
};

/** A step in its row; `lanes` are as many as it did things at the same time. */
export type StepBar = Span & { readonly step: HistoryItem; readonly lanes: readonly (readonly Segment[])[] };

export type Row = { readonly label: string; readonly bars: readonly StepBar[]; readonly lanes: number };

/** One command and everything that was done for it, on an axis of its own. */
export type TimelineOperation = Span & {
  readonly id: string;
  /** Missing where the journal was cut behind it. */
  readonly command?: HistoryItem;
  readonly rows: readonly Row[];
  readonly critical: readonly Segment[];
  /** After the last step: what for, and how long. */
  readonly waited?: Span & { readonly reason: 'waited for a person' | 'nothing under way' };
  /** Items that say why they failed. */
  readonly failures: readonly HistoryItem[];
};

/** A history by operation, the oldest first. */
export function layOutTimeline(history: ClusterHistory): readonly TimelineOperation[] {
  const ids = [...new Set(history.items.map(({ operation }) => operation))];
  return ids.map((id) => layOutOperation(id, history.items.filter(({ operation }) => operation === id), history.at));
}

/** A wait is drawn as one where it is longer than this, and longer than a tenth of the work. */
const notableWaitMs = 10_000;

function layOutOperation(id: string, items: readonly HistoryItem[], now: number): TimelineOperation {
  const command = items.find((item) => item.kind === 'command' && item.id === id);
  const bars = items.filter(({ kind }) => kind === 'step').map((step) => barOf(step, now));
  const start = Math.min(...items.map(({ startedAt }) => startedAt));
  const worked = Math.max(start + 1, ...bars.map((bar) => bar.end));
  const ended = command?.endedAt ?? (command?.outcome === 'running' || command?.outcome === 'blocked' ? now : worked);
  const wait = ended - worked;
  const isWait = bars.length > 0 && wait > notableWaitMs && wait > (worked - start) / 10;
  const isBlocked = bars.some(({ step }) => step.outcome === 'blocked');
  return {
    id,
    ...(command === undefined ? {} : { command }),
    start,
    end: isWait ? worked : Math.max(worked, ended),
    rows: rowsOf(bars),
    critical: criticalPath(bars.flatMap((bar) => bar.lanes.flat())),
    ...(isWait ? { waited: { start: worked, end: ended, reason: isBlocked ? 'waited for a person' : 'nothing under way' } } : {}),
    failures: items.filter((item) => item.evidence !== undefined).filter(isFirstToSay),
  };
}

/** An operation repeats what its step says. */
function isFirstToSay(item: HistoryItem, _index: number, all: readonly HistoryItem[]): boolean {
  return item.kind === 'step' || !all.some((other) => other.kind === 'step' && other.evidence === item.evidence);
}

function barOf(step: HistoryItem, now: number): StepBar {
  const end = step.endedAt ?? (step.outcome === 'running' ? now : step.startedAt);
  const whole: PhaseRecord = { name: '', startedAt: step.startedAt, endedAt: end };
  const segments = (step.phases.length === 0 ? [whole] : step.phases).map((phase): Segment => {
    const last = phase.endedAt ?? end;
    return {
      name: phase.name,
      step,
      start: phase.startedAt,
      end: Math.max(phase.startedAt, last),
      failed: phase.failed === true,
      open: phase.endedAt === undefined,
    };
  });
  return { step, start: step.startedAt, end: Math.max(end, ...segments.map((segment) => segment.end)), lanes: stack(segments) };
}

/** As few lanes as hold them side by side. */
function stack(segments: readonly Segment[]): readonly (readonly Segment[])[] {
  const lanes: Segment[][] = [];
  for (const segment of segments.toSorted((a, b) => a.start - b.start)) {
    const free = lanes.find((lane) => (lane.at(-1)?.end ?? 0) <= segment.start);
    if (free === undefined) lanes.push([segment]);
    else free.push(segment);
  }
  return lanes;
}

/** What belongs to the cluster first, then its control plane, then its workers, each in the order in which they began. */
function rowsOf(bars: readonly StepBar[]): readonly Row[] {
  const subjects = [...new Set(bars.map(({ step }) => step.subject))];
  const rows = subjects.map((label): Row => {
    const own = bars.filter(({ step }) => step.subject === label);
    return { label, bars: own, lanes: Math.max(...own.map(({ lanes }) => lanes.length)) };
  });
  return rows.toSorted((a, b) => rankOf(a) - rankOf(b));
}

function rankOf({ bars }: Row): number {
  if (!bars.some(({ step }) => step.id.includes('/machine/'))) return 0;
  return bars.some(({ step }) => step.action.endsWith('ControlPlane')) ? 1 : 2;
}
