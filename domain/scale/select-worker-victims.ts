import type { Machine } from '../machine.ts';
import { byAge, compareNames, type VictimDecision } from './failure-domains.ts';

/** MachineDeployment's `deletePolicy` (v1beta2: `deletion.order`). */
export type DeletePolicy = 'Random' | 'Newest' | 'Oldest';

export type WorkerMachine = Pick<Machine, 'name' | 'uid' | 'phase' | 'createdAt' | 'deletion' | 'takenBack'> & {
  /** Cluster API's `cluster.x-k8s.io/delete-machine`. */
  readonly deleteFirst?: boolean;
  /** Its template is not the wanted one any more, where that matters to who goes. */
  readonly outdated?: boolean;
  /** Its Node's Ready; Unknown is no reason to prefer it, as in Cluster API. */
  readonly nodeHealthy: 'True' | 'False' | 'Unknown';
};

type Tier = { readonly reason: string; readonly holds: (machine: WorkerMachine) => boolean };

/**
 * Cluster API's priorities (machineset_deletion_order.go): on its way out, marked, unhealthy, then by
 * policy; before that its older MachineSets (rollout_ondelete.go).
 */
const tiers: readonly Tier[] = [
  { reason: 'it is on its way out already', holds: ({ phase, deletion }) => phase === 'Deleting' || deletion !== undefined },
  { reason: 'it is marked to go first', holds: ({ deleteFirst }) => deleteFirst === true },
  { reason: 'it has no Node yet', holds: ({ phase }) => phase !== 'Joined' && phase !== 'Running' },
  { reason: 'its Node is not Ready', holds: ({ nodeHealthy }) => nodeHealthy === 'False' },
  { reason: 'it is outdated', holds: ({ outdated }) => outdated === true },
  { reason: '', holds: ({ takenBack }) => takenBack !== true },
  { reason: 'its removal was taken back, and no other is left', holds: () => true },
];

/** From here on the policy has its say, among those that are alike. */
const policyTier = tiers.findIndex(({ reason }) => reason === 'it is outdated');

/**
 * Which `count` Machines go, in that order. Random is decided by the Machines' UIDs, which are random
 * themselves: the same Machines always give the same answer.
 */
export function selectWorkerVictims<M extends WorkerMachine>(
  machines: readonly M[],
  choice: { readonly count: number; readonly deletePolicy: DeletePolicy },
): readonly VictimDecision<M>[] {
  const { count, deletePolicy } = choice;
  const ranked = machines.map((machine) => ({ machine, tier: machine.takenBack === true ? tiers.length - 1 : tiers.findIndex(({ holds }) => holds(machine)) }));
  return ranked
    .toSorted((a, b) => a.tier - b.tier || orders[deletePolicy](a.machine, b.machine))
    .slice(0, Math.max(0, count))
    .map(({ machine, tier }) => ({ machine, reasons: [tiers[tier]?.reason ?? '', ...(tier < policyTier ? [] : [`deletePolicy ${deletePolicy}`])].filter((reason) => reason !== '') }));
}

const orders: Readonly<Record<DeletePolicy, (a: WorkerMachine, b: WorkerMachine) => number>> = {
  Random: (a, b) => (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : compareNames(a, b)),
  Newest: (a, b) => b.createdAt - a.createdAt || compareNames(a, b),
  Oldest: byAge,
};
