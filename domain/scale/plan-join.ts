import { hasJoined, isUntouched } from '../machine.ts';
import { memberOf, type ControlPlaneView } from '../quorum/control-plane-view.ts';
import { countMembership, measure, type Membership } from '../quorum/membership.ts';
import { preflight } from '../quorum/preflight.ts';
import type { ControlPlaneWish, QuorumStep } from './control-plane-plan.ts';
import type { Sorted } from './sort-machines.ts';

/** The next Machine that becomes a member, or what holds it up; undefined where all that stay have joined. */
export function planJoin(view: ControlPlaneView, { wish, sorted }: { readonly wish: ControlPlaneWish; readonly sorted: Sorted }): QuorumStep | undefined {
  const [machine] = sorted.joining;
  if (machine === undefined) {
    const coming = sorted.staying.filter((other) => !hasJoined(other));
    return coming.length === 0 ? undefined : { action: 'wait', checks: [], reasons: coming.map(({ name, phase }) => `${name} is ${phase}`) };
  }
  const { action, checks, reasons } = preflight(view, { kind: 'scaleUp', machine, ...(wish.replacing === true ? { replacing: true } : {}) });
  if (action === 'wait') return { action, checks, reasons };
  if (isUntouched(machine) && machine.prepared !== true) return { action: 'wait', checks: [], reasons: [`${machine.name} is prepared first`] };
  const before = countMembership(view.etcd.known ? view.etcd.value : []);
  const own = memberOf(view, machine);
  const reason = own === undefined ? 'the quorum lane is free' : own.learner ? 'it goes on with the learner that it has' : 'its member votes, its join has not finished';
  return { action: 'join', machine: machine.name, before, after: withVoter(before, own?.learner), reasons: [reason] };
}

/** Once it votes. `learner`: whether the member that it has is one; undefined where it has none. */
function withVoter(before: Membership, learner: boolean | undefined): Membership {
  if (learner === false) return before;
  return measure({ voters: before.voters + 1, learners: before.learners - (learner === true ? 1 : 0), unhealthy: before.unhealthy });
}
