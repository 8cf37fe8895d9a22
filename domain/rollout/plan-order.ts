import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { ProjectedStep } from '../cluster-plan.ts';
import type { StepKind } from '../step.ts';
import { canonicalHash } from './canonical-hash.ts';
import type { PlanOrder } from './plan-order-lanes.ts';

/** They touch nothing that serves, and run whenever they can. */
const unordered: readonly StepKind[] = ['ProvisionMachine', 'PrepareControlPlane'];

/**
 * Names, times and reasons are not part of it: another Machine of the same template in the same place
 * is the same plan. Lanes run side by side, so their order to each other is not part of it either.
 */
export function orderOf(desired: DesiredCluster, steps: readonly ProjectedStep[]): PlanOrder {
  const lanes: Record<string, string[]> = {};
  for (const step of steps.filter(({ kind }) => !unordered.includes(kind))) {
    (lanes[laneOf(desired, step)] ??= []).push(lineOf(step));
  }
  return { hash: canonicalHash({ desired, lanes }), lanes };
}

/** What is done to the cluster as a whole is the control plane's. */
export function laneOf({ controlPlane }: DesiredCluster, { owner }: Pick<ProjectedStep, 'owner'>): string {
  return owner ?? controlPlane.name;
}

export function lineOf({ kind, from, to, quorum }: Omit<ProjectedStep, 'round' | 'reasons'>): string {
  const change = from === undefined && to === undefined ? '' : ` ${from ?? 'none'} → ${to ?? 'none'}`;
  return `${kind}${change}${quorum === undefined ? '' : `, voters ${quorum.before.voters} → ${quorum.after.voters}`}`;
}

/** Where two orders part, for a person; empty: they are the same. */
export function compareOrders(agreed: PlanOrder['lanes'], now: PlanOrder['lanes']): readonly string[] {
  const lanes = [...new Set([...Object.keys(agreed), ...Object.keys(now)])].toSorted();
  return lanes.flatMap((lane) => {
    const [before = [], after = []] = [agreed[lane], now[lane]];
    const length = Math.max(before.length, after.length);
    const index = Array.from({ length }, (_, at) => at).find((at) => before[at] !== after[at]);
    if (index === undefined) return [];
    return [`${lane}, step ${index + 1}: agreed was ${before[index] ?? 'nothing more'}; now it would be ${after[index] ?? 'nothing more'}`];
  });
}
