import { bump } from './apply-report.ts';
import type { ClusterState } from './cluster-state.ts';
import type { HoldUp } from './hold-up.ts';
import type { StepPlan } from './plan-steps.ts';

/** Remembers what holds the current plan up, and since when; the same reasons again change nothing. */
export function recordHoldUps(state: ClusterState, plan: StepPlan, now: number): ClusterState {
  const { holdUps: before = [], ...rest } = state;
  const held = plan.waiting.filter(({ recheck, person }) => recheck === true || person === true);
  const holdUps = held.map(({ subject, reasons }): HoldUp => before.find((known) => isSame(known, { subject, reasons })) ?? { subject, reasons, since: now });
  if (holdUps.length === before.length && holdUps.every((holdUp) => before.includes(holdUp))) return state;
  return bump(holdUps.length === 0 ? rest : { ...rest, holdUps });
}

function isSame(a: Pick<HoldUp, 'subject' | 'reasons'>, b: Pick<HoldUp, 'subject' | 'reasons'>): boolean {
  return a.subject === b.subject && a.reasons.length === b.reasons.length && a.reasons.every((reason, index) => reason === b.reasons[index]);
}
