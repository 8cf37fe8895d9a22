import { bump } from '../update-state.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { HoldUp } from '../hold-up.ts';
import type { Wait } from '../plan-parts.ts';
import type { StepPlan } from './plan-steps.ts';
import { dateChecks } from '../quorum/date-checks.ts';

/** Remembers what holds the current plan up, and since when; the same reasons again change nothing. */
export function recordHoldUps(state: ClusterState, plan: StepPlan, now: number): ClusterState {
  const { holdUps: before = [], ...rest } = state;
  const held = plan.waiting.filter(({ recheck, person }) => recheck === true || person === true);
  const holdUps = held.map((wait) => before.find((known) => isSame(known, wait)) ?? newHoldUp(wait, { before, now }));
  if (holdUps.length === before.length && holdUps.every((holdUp) => before.includes(holdUp))) return state;
  return bump(holdUps.length === 0 ? rest : { ...rest, holdUps });
}

/** A check that holds it up beside others counts from when it began to, not from when the others did. */
function newHoldUp({ subject, role, reasons, checks = [] }: Wait, { before, now }: { readonly before: readonly HoldUp[]; readonly now: number }): HoldUp {
  const earlier = before.find((known) => known.subject === subject && known.role === role)?.checks ?? [];
  return { subject, ...(role === undefined ? {} : { role }), reasons, since: now, ...(checks.length === 0 ? {} : { checks: dateChecks(checks, { before: earlier, now }) }) };
}

function isSame(a: Pick<HoldUp, 'subject' | 'role' | 'reasons'>, b: Pick<HoldUp, 'subject' | 'role' | 'reasons'>): boolean {
  return a.subject === b.subject && a.role === b.role && a.reasons.length === b.reasons.length && a.reasons.every((reason, index) => reason === b.reasons[index]);
}
