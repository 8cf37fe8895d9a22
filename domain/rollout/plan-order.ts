import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { ProjectedStep } from '../cluster-plan.ts';
import { describeOwner } from '../owner.ts';
import type { StepKind } from '../step.ts';
import { canonicalHash } from './canonical-hash.ts';
import type { AgreedStep, PlanOrder } from './plan-order-lanes.ts';

/** They touch nothing that serves, and run whenever they can. */
const unordered: readonly StepKind[] = ['ProvisionMachine', 'PrepareControlPlane'];

/**
 * Names, times and reasons are not part of it: another Machine of the same template in the same place
 * is the same plan. Lanes run side by side, so their order to each other is not part of it either.
 */
export function orderOf(desired: DesiredCluster, steps: readonly ProjectedStep[]): PlanOrder {
  const lanes: Record<string, AgreedStep[]> = {};
  for (const step of steps.filter(({ kind }) => !unordered.includes(kind))) {
    (lanes[laneOf(desired, step)] ??= []).push(agreedStep(step));
  }
  return { hash: hashOf(desired, lanes), lanes };
}

export function hashOf(desired: DesiredCluster, lanes: PlanOrder['lanes']): string {
  return canonicalHash({ desired, lanes });
}

/** What is done to the cluster as a whole is the control plane's. */
export function laneOf({ controlPlane }: DesiredCluster, { owner, role }: Pick<ProjectedStep, 'owner' | 'role'>): string {
  return owner === undefined || role === undefined ? describeOwner({ role: 'control-plane', name: controlPlane.name }) : describeOwner({ role, name: owner });
}

export function agreedStep({ kind, from, to, quorum }: Omit<ProjectedStep, 'round' | 'reasons'>): AgreedStep {
  const templates = from === undefined && to === undefined ? [] : [`${from ?? 'none'} → ${to ?? 'none'}`];
  const voters = quorum === undefined ? [] : [`voters ${quorum.before.voters} → ${quorum.after.voters}`];
  return { kind, change: [...templates, ...voters].join(', ') };
}

export function isSameStep(a: AgreedStep | undefined, b: AgreedStep | undefined): boolean {
  return a?.kind === b?.kind && a?.change === b?.change;
}

/** "RemoveMachine v1.33.13/4f0c… → none, voters 4 → 3" */
export function describeAgreed(step: AgreedStep | undefined): string {
  return step === undefined ? 'nothing more' : `${step.kind} ${step.change}`.trim();
}

/** Where two orders part, for a person; empty: they are the same. */
export function compareOrders(agreed: PlanOrder['lanes'], now: PlanOrder['lanes']): readonly string[] {
  const lanes = [...new Set([...Object.keys(agreed), ...Object.keys(now)])].toSorted();
  return lanes.flatMap((lane) => {
    const [before = [], after = []] = [agreed[lane], now[lane]];
    const length = Math.max(before.length, after.length);
    const index = Array.from({ length }, (_, at) => at).find((at) => !isSameStep(before[at], after[at]));
    if (index === undefined) return [];
    return [`${lane}, step ${index + 1}: agreed was ${describeAgreed(before[index])}; now it would be ${describeAgreed(after[index])}`];
  });
}
