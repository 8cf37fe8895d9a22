/** Epoch milliseconds. */
export type Interval = { readonly startedAt: number; readonly endedAt: number };

/** Milliseconds of the window in which at least one of them is. */
export function coveredMs(intervals: readonly Interval[], window: Interval): number {
  let covered = 0;
  let until = window.startedAt;
  for (const { startedAt, endedAt } of intervals.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const end = Math.min(endedAt, window.endedAt);
    covered += Math.max(0, end - Math.max(startedAt, until));
    until = Math.max(until, end);
  }
  return covered;
}
