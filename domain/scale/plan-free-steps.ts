import { certificatesAvailable, controlPlaneOperational, etcdHasQuorum, etcdMembersKnown, etcdNoAlarms } from '../quorum/checks.ts';
import type { ControlPlaneMachine, ControlPlaneView } from '../quorum/control-plane-view.ts';
import { isUntouched } from '../machine.ts';
import type { ControlPlaneWish, FreeStep } from './control-plane-plan.ts';
import { nextFailureDomains } from './failure-domains.ts';
import { whyLeaving } from './plan-leaving.ts';
import type { Sorted } from './sort-machines.ts';

/** Machines to make, spread over the failure domains, to prepare, and to take away again before their join has begun. */
export function planFreeSteps(view: ControlPlaneView, { wish, sorted }: { readonly wish: ControlPlaneWish; readonly sorted: Sorted }): readonly FreeStep[] {
  const isFree = (machine: ControlPlaneMachine) => isUntouched(machine) && !view.inFlight.some((change) => change.machine === machine.name);
  const leaving = sorted.leaving.filter(isFree).map((machine) => discard(machine.name, [whyLeaving(machine)]));
  const surplus = sorted.surplus.filter(({ machine }) => isFree(machine)).map(({ machine, reasons }) => discard(machine.name, reasons));
  return [...leaving, ...surplus, ...prepare(view, { wish, sorted }), ...create(view, { wish, missing: wish.replicas - sorted.staying.length - sorted.surplus.length })];
}

/** Side by side, beside another's turn too. kubeadm asks the API for what it needs, so that must be there. */
function prepare(view: ControlPlaneView, { wish, sorted }: { readonly wish: ControlPlaneWish; readonly sorted: Sorted }): readonly FreeStep[] {
  if (wish.mayInitialize === true || !view.etcd.known) return [];
  const checks = [certificatesAvailable(view), etcdMembersKnown(view), etcdHasQuorum(view.etcd.value), controlPlaneOperational(view)];
  if (checks.some(({ status }) => status !== 'True')) return [];
  const unprepared = sorted.joining.filter((machine) => isUntouched(machine) && machine.prepared !== true);
  return unprepared.map(({ name }) => ({ action: 'prepare', machine: name, reasons: ['what changes no membership needs no turn'] }));
}

function discard(machine: string, reasons: readonly string[]): FreeStep {
  return { action: 'discard', machine, reasons };
}

function create(view: ControlPlaneView, { wish, missing }: { readonly wish: ControlPlaneWish; readonly missing: number }): readonly FreeStep[] {
  if (view.etcd.known && etcdNoAlarms(view.etcd.value).status !== 'True') return [];
  return nextFailureDomains(wish.failureDomains, view.machines, missing).map(({ failureDomain, reasons }, index) => {
    const wanted = `${wish.replicas - missing + index + 1} of ${wish.replicas} wanted`;
    return { action: 'create', failureDomain, reasons: failureDomain === undefined ? [wanted] : [wanted, ...reasons] };
  });
}
