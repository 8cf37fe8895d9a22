import { checkControlPlaneReplicas } from '../../api/validation/replicas.ts';
import { failingReasons, type Condition } from '../conditions.ts';
import { etcdHasQuorum, etcdMembersKnown, etcdNoAlarms, membersMatchMachines, oneChangeAtATime } from '../quorum/checks.ts';
import { hasJoined, mayHaveJoined } from '../machine.ts';
import type { ControlPlaneView } from '../quorum/control-plane-view.ts';
import type { EtcdMember } from '../quorum/etcd-member.ts';
import type { ControlPlanePlan, ControlPlaneWish, QuorumStep } from './control-plane-plan.ts';
import { planJoin } from './plan-join.ts';
import { planLeaving, planUrgentRemoval } from './plan-leaving.ts';
import { planFreeSteps } from './plan-free-steps.ts';
import { planStrayMember } from './plan-stray-member.ts';
import { sortMachines, type Sorted } from './sort-machines.ts';

/**
 * What a control plane's Machines need next. Decided afresh from what is observed each time, so a
 * worker that was killed, a step that was given up and a wish that was taken back a moment later need
 * no rules of their own. In this order:
 *  1. one change at a time: whatever is in flight ends first
 *  2. a lost majority stops everything: only its members or a restore bring it back
 *  3. members of no Machine are removed; each would make the next change unsafe
 *  4. what does not vote and is to go, then what is lost, then what was begun: the dead before their
 *     replacements, because etcd adds none while a voter is down
 *  5. joins, so that what is healthy and to be replaced stays until its replacement votes
 *  6. what is healthy and to go
 */
export function planControlPlane(view: ControlPlaneView, wish: ControlPlaneWish): ControlPlanePlan {
  const wrong = checkControlPlaneReplicas(wish.replicas);
  if (wrong !== undefined) return { free: [], next: stop([], [`replicas ${wish.replicas}: ${wrong.message}; ${wrong.expected}`]) };
  if (wish.mayInitialize !== true && view.machines.every((machine) => machine.gone === true || !mayHaveJoined(machine))) {
    return { free: [], next: stop([], ['no control-plane Machine that has joined is left: only a backup brings the cluster back']) };
  }
  const sorted = sortMachines(view, wish);
  return { free: planFreeSteps(view, { wish, sorted }), next: planQuorumStep(view, { wish, sorted }) };
}

function planQuorumStep(view: ControlPlaneView, { wish, sorted }: { readonly wish: ControlPlaneWish; readonly sorted: Sorted }): QuorumStep {
  const flying = oneChangeAtATime(view);
  if (flying.status !== 'True') return wait([flying]);
  if (wish.mayInitialize === true) return planFirst(sorted);
  const known = etcdMembersKnown(view);
  if (!view.etcd.known || known.status !== 'True') return wait([known]);
  const quorum = etcdHasQuorum(view.etcd.value);
  if (quorum.status !== 'True') return stop([quorum], [quorum.message]);
  // A replacement has come: one may go, before the next replacement makes the list longer still.
  const joined = view.machines.filter(hasJoined).length;
  return (
    planStrayMember(view, view.etcd.value) ??
    planUrgentRemoval(view, sorted) ??
    (joined > (wish.target ?? wish.replicas) ? planLeaving(view, sorted) : undefined) ??
    planJoin(view, { wish, sorted }) ??
    (sorted.staying.length < (wish.target ?? wish.replicas) ? waitForMachines(view.etcd.value) : undefined) ??
    planLeaving(view, sorted) ??
    conclude(view, { wish, sorted })
  );
}

function waitForMachines(members: readonly EtcdMember[]): QuorumStep {
  const alarms = etcdNoAlarms(members);
  return alarms.status === 'True' ? wait([], ['Machines are to be created first']) : wait([alarms]);
}

/** The first of all Machines, which makes the cluster. */
function planFirst({ joining, staying }: Sorted): QuorumStep {
  const [first] = joining;
  if (first !== undefined) return { action: 'initialize', machine: first.name, reasons: ['the first control-plane Machine starts the cluster'] };
  return wait([], staying.length === 0 ? ['Machines are to be created first'] : staying.map(({ name, phase }) => `${name} is ${phase}`));
}

/** Nothing is left to do; whether all is well is for others to say, but each Machine has its member. */
function conclude(view: ControlPlaneView, { wish, sorted }: { readonly wish: ControlPlaneWish; readonly sorted: Sorted }): QuorumStep {
  const leavers = [...sorted.leaving, ...sorted.surplus.map(({ machine }) => machine)];
  if (leavers.length > 0) return wait([], leavers.map(({ name }) => `${name} is to be taken away first`));
  const { replicas } = wish;
  const match = membersMatchMachines(view);
  if (match.status !== 'True') return wait([match]);
  return { action: 'done', reasons: [`${replicas} control-plane ${replicas === 1 ? 'Machine' : 'Machines'}, as wanted`] };
}

function wait(checks: readonly Condition[], reasons: readonly string[] = failingReasons(checks)): QuorumStep {
  return { action: 'wait', checks, reasons };
}

function stop(checks: readonly Condition[], reasons: readonly string[]): QuorumStep {
  return { action: 'stop', checks, reasons };
}
