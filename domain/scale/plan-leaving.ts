import { failingReasons } from '../conditions.ts';
import { membersMatchMachines } from '../quorum/checks.ts';
import { hasJoined, isUntouched } from '../machine.ts';
import { componentConditions, componentOf, memberOf, strayMembers, type ControlPlaneMachine, type ControlPlaneView } from '../quorum/control-plane-view.ts';
import { countMembership } from '../quorum/membership.ts';
import { preflight } from '../quorum/preflight.ts';
import type { QuorumStep } from './control-plane-plan.ts';
import { planRemoval, type RemovalStage } from './plan-removal.ts';
import { removeLearner } from './remove-learner.ts';
import { isLost, isVoter } from './select-control-plane-victim.ts';
import type { Sorted } from './sort-machines.ts';

type Leaver = { readonly machine: ControlPlaneMachine; readonly reasons: readonly string[] };

/**
 * What goes before anything joins: first what does not vote, because its going costs nothing and its
 * learner keeps others out; then what is lost; then what is on its way out. One that still votes but is
 * broken goes if it may: otherwise its replacement comes first. undefined: there is none of these.
 */
export function planUrgentRemoval(view: ControlPlaneView, sorted: Sorted): QuorumStep | undefined {
  const leavers = leaversOf(sorted).filter(({ machine }) => machine.phase === 'Deleting' || !isUntouched(machine));
  const silent = leavers.find(({ machine }) => !isVoter(machine, view));
  if (silent !== undefined) return remove(view, silent);
  const lost = leavers.find(({ machine }) => isLost(machine, view)) ?? leavers.find(({ machine }) => machine.phase === 'Deleting');
  if (lost !== undefined) return removeLearner(view.etcd.known ? view.etcd.value : [], lost.machine.name) ?? remove(view, lost);
  const broken = leavers.find(({ machine }) => isBroken(machine));
  const step = broken === undefined ? undefined : remove(view, broken);
  return step?.action === 'wait' ? undefined : step;
}

/** One that is healthy: everything else must be, too, before it goes. undefined: nobody is to go. */
export function planLeaving(view: ControlPlaneView, sorted: Sorted): QuorumStep | undefined {
  const leaver = leaversOf(sorted).find(({ machine }) => hasJoined(machine) || machine.phase === 'Bootstrapping');
  if (leaver === undefined) return undefined;
  const { action, checks, reasons } = preflight(view, { kind: 'scaleDown', machine: leaver.machine });
  return action === 'wait' ? { action, checks, reasons } : remove(view, leaver);
}

function leaversOf({ deleting, leaving, surplus }: Sorted): readonly Leaver[] {
  return [
    ...deleting.map((machine) => ({ machine, reasons: ['it is on its way out'] })),
    ...leaving.map((machine) => ({ machine, reasons: [whyLeaving(machine)] })),
    ...surplus,
  ];
}

export function whyLeaving({ gone, deletion }: ControlPlaneMachine): string {
  if (gone === true) return 'its infrastructure is gone';
  return deletion === undefined ? 'its template has changed since' : 'it was asked to go';
}

function remove(view: ControlPlaneView, { machine, reasons }: Leaver): QuorumStep {
  // Its member may be one of those, under another name.
  if (hasJoined(machine) && memberOf(view, machine) === undefined && strayMembers(view).length > 0) {
    const check = membersMatchMachines(view);
    return { action: 'wait', checks: [check], reasons: failingReasons([check]) };
  }
  const stage = planRemoval(view, machine);
  if (stage.stage === 'wait') return { action: 'wait', checks: stage.checks, reasons: stage.reasons };
  return { action: 'removeMachine', machine: machine.name, stage: stage.stage, ...changeOf(view, { machine, stage }), reasons: [...reasons, ...stage.reasons] };
}

/** Of the whole removal, whichever stage it begins with. */
function changeOf(view: ControlPlaneView, { machine, stage }: { readonly machine: ControlPlaneMachine; readonly stage: RemovalStage }) {
  if (stage.stage === 'removeMember') return { before: stage.before, after: stage.after };
  const members = view.etcd.known ? view.etcd.value : [];
  const own = memberOf(view, machine);
  return { before: countMembership(members), after: countMembership(members.filter(({ id }) => id !== own?.id)) };
}

/** Known to be: what was not observed is not. */
function isBroken(machine: ControlPlaneMachine): boolean {
  return hasJoined(machine) && componentConditions.some((type) => componentOf(machine, type).status === 'False');
}
