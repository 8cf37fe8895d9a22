import { selectWorkerVictims, type DeletePolicy, type WorkerMachine } from '../scale/select-worker-victims.ts';

/** A Machine of a pool that stays; those on their way out are not counted any more. */
export type PoolMachine = WorkerMachine & {
  readonly outdated: boolean;
  /** Its Node has been Ready for minReadySeconds. Not known is not available. */
  readonly available: boolean;
};

export type PoolWish = {
  readonly replicas: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  readonly deletePolicy: DeletePolicy;
};

/** `create` Machines of the new template more; those of `remove` go; `reasons` say what is waited for. */
export type PoolRollout = {
  readonly action: 'proceed' | 'wait' | 'done';
  readonly create: number;
  readonly remove: readonly { readonly machine: string; readonly reasons: readonly string[] }[];
  readonly reasons: readonly string[];
};

/**
 * What comes next when Machines of a MachineDeployment are replaced. The counts are Cluster API's
 * (rolling update planner: scale the new MachineSet up within replicas + maxSurge, the old ones down as
 * far as replicas − maxUnavailable stay available, unhealthy old Machines first). Added is the canary:
 * until one Machine of the new template is available, only one Machine of it is made and nothing more
 * than one is taken away, so that a template which yields bad Nodes costs one Machine.
 */
export function decideWorkerRollout(machines: readonly PoolMachine[], wish: PoolWish): PoolRollout {
  const outdated = machines.filter((machine) => machine.outdated);
  if (outdated.length === 0) return { action: 'done', create: 0, remove: [], reasons: ['every Machine is up to date'] };
  const surplus = selectSurplus(machines.filter((machine) => !machine.outdated), wish);
  const fresh = machines.filter((machine) => !machine.outdated && !surplus.some(({ machine: name }) => name === machine.name));
  const pace = paceOf(fresh, wish);
  const create = countNew(machines, { fresh, wish, surge: pace.surge });
  const remove = [...surplus, ...selectRemovals({ machines: [...outdated, ...fresh], outdated, fresh }, { wish, unavailable: pace.unavailable })];
  if (create > 0 || remove.length > 0) return { action: 'proceed', create, remove, reasons: [] };
  return { action: 'wait', create: 0, remove: [], reasons: waitReasons(machines, fresh) };
}

/** More of the new template than are wanted at all, since replicas were taken back. */
function selectSurplus(fresh: readonly PoolMachine[], { replicas, deletePolicy }: PoolWish): PoolRollout['remove'] {
  const ranked = selectWorkerVictims(fresh, { count: fresh.length, deletePolicy }).toSorted((a, b) => Number(a.machine.available) - Number(b.machine.available));
  return ranked.slice(0, Math.max(0, fresh.length - replicas)).map(({ machine, reasons }) => ({ machine: machine.name, reasons: [`${replicas} are wanted`, ...reasons] }));
}

/** Without surge a place is free when its Machine is really gone; then that one is missing, and made as such. */
function countNew(machines: readonly PoolMachine[], { fresh, wish, surge }: { readonly fresh: readonly PoolMachine[]; readonly wish: PoolWish; readonly surge: number }): number {
  if (wish.maxSurge === 0) return 0;
  return Math.max(0, Math.min(wish.replicas - fresh.length, wish.replicas + surge - machines.length, allowance(fresh)));
}

function paceOf(fresh: readonly PoolMachine[], { maxSurge, maxUnavailable }: PoolWish): { readonly surge: number; readonly unavailable: number } {
  if (isProven(fresh)) return { surge: maxSurge, unavailable: maxUnavailable };
  return { surge: Math.min(1, maxSurge), unavailable: Math.min(1, maxUnavailable) };
}

/** How many more of the new template may be made: one, until one has been seen to work. */
function allowance(fresh: readonly PoolMachine[]): number {
  return isProven(fresh) ? Number.MAX_SAFE_INTEGER : Math.max(0, 1 - fresh.length);
}

function isProven(fresh: readonly PoolMachine[]): boolean {
  return fresh.some(({ available }) => available);
}

type Pool = { readonly machines: readonly PoolMachine[]; readonly outdated: readonly PoolMachine[]; readonly fresh: readonly PoolMachine[] };

/** Those of no use first: their going takes nothing away that is available. */
function selectRemovals({ machines, outdated, fresh }: Pool, { wish, unavailable }: { readonly wish: PoolWish; readonly unavailable: number }): PoolRollout['remove'] {
  const floor = Math.max(0, wish.replicas - unavailable);
  const ranked = selectWorkerVictims(outdated, { count: outdated.length, deletePolicy: wish.deletePolicy });
  const inTurn = ranked.toSorted((a, b) => Number(a.machine.available) - Number(b.machine.available));
  // What is new and not available yet may never be: it stands in for nobody.
  let budget = machines.length - floor - fresh.filter(({ available }) => !available).length;
  let spare = machines.filter(({ available }) => available).length - floor;
  const removals: PoolRollout['remove'][number][] = [];
  for (const { machine, reasons } of inTurn) {
    if (budget <= 0 || (machine.available && spare <= 0)) break;
    budget -= 1;
    if (machine.available) spare -= 1;
    removals.push({ machine: machine.name, reasons: ['it is outdated', ...reasons.filter((reason) => reason !== 'it is outdated')] });
  }
  return removals;
}

function waitReasons(machines: readonly PoolMachine[], fresh: readonly PoolMachine[]): readonly string[] {
  const unavailable = machines.filter(({ available }) => !available);
  if (unavailable.length === 0) return ['Machines that are on their way out must go first'];
  const canary = isProven(fresh) ? undefined : fresh[0];
  return unavailable.map(({ name }) => (name === canary?.name ? `${name}, the first of the new template, is not available yet` : `${name} is not available`));
}
