import { hasJoined, isMade, isUntouched } from '../machine.ts';
import { memberOf, type ControlPlaneMachine, type ControlPlaneView } from '../quorum/control-plane-view.ts';
import type { ControlPlaneWish } from './control-plane-plan.ts';
import { byAge, type VictimDecision } from './failure-domains.ts';
import { selectControlPlaneVictims } from './select-control-plane-victim.ts';

/** Every Machine is in exactly one of deleting, leaving, surplus and the rest of staying. */
export type Sorted = {
  /** On their way out already: what was begun is finished. */
  readonly deleting: readonly ControlPlaneMachine[];
  /** Asked to go, or gone by themselves; others come in their place. */
  readonly leaving: readonly ControlPlaneMachine[];
  /** Those that count towards the replicas, `surplus` not among them. */
  readonly staying: readonly ControlPlaneMachine[];
  /** More than are wanted, with the reason why it is these. */
  readonly surplus: readonly VictimDecision<ControlPlaneMachine>[];
  /** Of `staying`: ready to join, the one that has begun first. */
  readonly joining: readonly ControlPlaneMachine[];
};

export function sortMachines(view: ControlPlaneView, wish: ControlPlaneWish): Sorted {
  const deleting = view.machines.filter(({ phase }) => phase === 'Deleting').toSorted(byAge);
  const live = view.machines.filter(({ phase }) => phase !== 'Deleting');
  const leaving = live.filter(isLeaving).toSorted(byAge);
  const candidates = live.filter((machine) => !isLeaving(machine));
  const count = candidates.length - (wish.target ?? wish.replicas);
  // The new ones are what the rollout is for, even while they are not all well yet.
  const outdated = candidates.filter((machine) => machine.outdated === true);
  const surplus = selectControlPlaneVictims(view, { candidates: outdated.length >= count ? outdated : candidates, failureDomains: wish.failureDomains, count });
  const victims = new Set(surplus.map(({ machine }) => machine.name));
  const staying = candidates.filter(({ name }) => !victims.has(name)).toSorted(byAge);
  return { deleting, leaving, staying, surplus, joining: inTurn(view, staying) };
}

/** One with a member first: its learner keeps all others out. Then one whose join has begun, one that is prepared, the oldest. */
function inTurn(view: ControlPlaneView, staying: readonly ControlPlaneMachine[]): readonly ControlPlaneMachine[] {
  const rank = (machine: ControlPlaneMachine): number => (memberOf(view, machine) !== undefined ? 0 : !isUntouched(machine) ? 1 : machine.prepared === true ? 2 : 3);
  const ready = staying.filter((machine) => !hasJoined(machine) && isMade(machine));
  return ready.toSorted((a, b) => rank(a) - rank(b) || byAge(a, b));
}

/** One that is outdated before its join has ended is of no use to anybody. */
function isLeaving(machine: ControlPlaneMachine): boolean {
  return machine.deletion !== undefined || machine.gone === true || (machine.outdated === true && !hasJoined(machine));
}
