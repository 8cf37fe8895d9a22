import { isUntouched, type ControlPlaneMachine, type ControlPlaneView } from '../quorum/control-plane-view.ts';
import type { ControlPlaneWish, FreeStep } from './control-plane-plan.ts';
import { nextFailureDomains } from './failure-domains.ts';
import type { Sorted } from './sort-machines.ts';

/** Machines to make, spread over the failure domains, and Machines that kubeadm has not touched to take away again. */
export function planFreeSteps(view: ControlPlaneView, { wish, sorted }: { readonly wish: ControlPlaneWish; readonly sorted: Sorted }): readonly FreeStep[] {
  const isFree = (machine: ControlPlaneMachine) => isUntouched(machine) && !view.inFlight.some((change) => change.machine === machine.name);
  const leaving = sorted.leaving.filter(isFree).map(({ name, gone }) => discard(name, [gone === true ? 'its infrastructure is gone' : 'it was asked to go']));
  const surplus = sorted.surplus.filter(({ machine }) => isFree(machine)).map(({ machine, reasons }) => discard(machine.name, reasons));
  return [...leaving, ...surplus, ...create(view, { wish, missing: wish.replicas - sorted.staying.length - sorted.surplus.length })];
}

function discard(machine: string, reasons: readonly string[]): FreeStep {
  return { action: 'discard', machine, reasons };
}

function create(view: ControlPlaneView, { wish, missing }: { readonly wish: ControlPlaneWish; readonly missing: number }): readonly FreeStep[] {
  return nextFailureDomains(wish.failureDomains, view.machines, missing).map(({ failureDomain, reasons }, index) => {
    const wanted = `${wish.replicas - missing + index + 1} of ${wish.replicas} wanted`;
    return { action: 'create', failureDomain, reasons: failureDomain === undefined ? [wanted] : [wanted, ...reasons] };
  });
}
