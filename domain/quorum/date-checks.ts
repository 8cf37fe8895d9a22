import type { Condition } from '../conditions.ts';

/** Gives each check the time since when it says what it says: as before, or now. Epoch milliseconds. */
export function dateChecks(checks: readonly Condition[], facts: { readonly before: readonly Condition[]; readonly now: number }): readonly Condition[] {
  const { before, now } = facts;
  return checks.map((check) => {
    const earlier = before.find(({ type, status }) => type === check.type && status === check.status);
    return { ...check, since: earlier?.since ?? now };
  });
}
