import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { isStaying, type Machine } from '../machine.ts';

type Placed = Pick<Machine, 'name' | 'phase' | 'createdAt' | 'deletion'> & { readonly failureDomain?: string; readonly outdated?: boolean };

/** Those that control planes are spread over, in the order in which they are filled; none where the cluster has none. */
export function controlPlaneDomains({ failureDomains = [] }: Pick<DesiredCluster, 'failureDomains'>): readonly string[] {
  return failureDomains.filter(({ controlPlane }) => controlPlane).map(({ name }) => name);
}

export type PlacementDecision = { readonly failureDomain: string | undefined; readonly reasons: readonly string[] };

/**
 * Where the next Machine goes: the failure domain with the fewest Machines that stay; of equals the
 * one with the fewest of any kind; of those the first as listed (Cluster API failure_domains.go,
 * PickFewest, which leaves the last tie to chance).
 */
export function nextFailureDomain(failureDomains: readonly string[], machines: readonly Placed[]): PlacementDecision {
  const staying = machines.filter((machine) => isStaying(machine) && machine.outdated !== true);
  const [next] = failureDomains
    .map((name) => ({ name, staying: countIn(name, staying), all: countIn(name, machines) }))
    .toSorted((a, b) => a.staying - b.staying || a.all - b.all);
  if (next === undefined) return { failureDomain: undefined, reasons: ['the cluster has no failure domains'] };
  return { failureDomain: next.name, reasons: [`failure domain ${next.name} has the fewest: ${next.staying}`] };
}

/** Where the next `count` go, each placed as if those before it were there. */
export function nextFailureDomains(failureDomains: readonly string[], machines: readonly Placed[], count: number): readonly PlacementDecision[] {
  const decisions: PlacementDecision[] = [];
  const placed = [...machines];
  for (let index = 0; index < count; index += 1) {
    const decision = nextFailureDomain(failureDomains, placed);
    const { failureDomain } = decision;
    decisions.push(decision);
    placed.push({ name: '', phase: 'Pending', createdAt: 0, ...(failureDomain === undefined ? {} : { failureDomain }) });
  }
  return decisions;
}

export type VictimDecision<M> = { readonly machine: M; readonly reasons: readonly string[] };

/**
 * Which of `eligible` goes: the oldest of the fullest failure domain, by name where even that is
 * equal (control_plane.go, MachineInFailureDomainWithMostMachines). Fullest is the one with most
 * eligible Machines, then with most of any kind; a failure domain that the cluster no longer has goes
 * first.
 */
export function pickFromFullestDomain<M extends Placed>(
  failureDomains: readonly string[],
  machines: { readonly all: readonly M[]; readonly eligible: readonly M[] },
): VictimDecision<M> | undefined {
  const { all, eligible } = machines;
  const isKnown = ({ failureDomain }: Placed) => failureDomain !== undefined && failureDomains.includes(failureDomain);
  const misplaced = oldest(eligible.filter((machine) => !isKnown(machine)));
  if (misplaced !== undefined) {
    const where = misplaced.failureDomain === undefined ? 'is in no failure domain' : `is in failure domain ${misplaced.failureDomain}, which the cluster does not have`;
    return { machine: misplaced, reasons: failureDomains.length === 0 ? ['the oldest'] : [`${where}; the oldest there`] };
  }
  const [fullest] = failureDomains
    .map((name) => ({ name, eligible: countIn(name, eligible), all: countIn(name, all) }))
    .toSorted((a, b) => b.eligible - a.eligible || b.all - a.all);
  const machine = fullest === undefined ? undefined : oldest(eligible.filter(({ failureDomain }) => failureDomain === fullest.name));
  if (machine === undefined || fullest === undefined) return undefined;
  return { machine, reasons: [`the oldest in failure domain ${fullest.name}, the fullest`] };
}

export function byAge(a: Placed, b: Placed): number {
  return a.createdAt - b.createdAt || compareNames(a, b);
}

/** By code points, not by anybody's locale: the same everywhere. */
export function compareNames(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function oldest<M extends Placed>(machines: readonly M[]): M | undefined {
  return machines.toSorted(byAge)[0];
}

function countIn(failureDomain: string, machines: readonly Placed[]): number {
  return machines.filter((machine) => machine.failureDomain === failureDomain).length;
}
