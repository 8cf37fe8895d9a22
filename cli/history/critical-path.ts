/** A stretch of time; epoch milliseconds. */
export type Span = { readonly start: number; readonly end: number };

/**
 * The chain of spans that the whole waited for, in the order in which they ran: from the one that
 * ended last back to what ended last before each began. An estimate: a history says when things
 * happened, not what they waited for.
 */
export function criticalPath<T extends Span>(spans: readonly T[]): readonly T[] {
  const path: T[] = [];
  let current = latest(spans);
  while (current !== undefined) {
    path.unshift(current);
    const { start } = current;
    // Each begins earlier than the one after it: the chain has an end.
    current = latest(spans.filter((span) => span.end <= start && span.start < start));
  }
  return path;
}

/** Which one ended last; of several the one that took longest. */
function latest<T extends Span>(spans: readonly T[]): T | undefined {
  return spans.reduce<T | undefined>((best, span) => {
    if (best === undefined || span.end > best.end) return span;
    return span.end === best.end && span.start < best.start ? span : best;
  }, undefined);
}
