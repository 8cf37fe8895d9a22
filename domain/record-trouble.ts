import type { ClusterState } from './cluster-state.ts';
import { condition, type Condition } from './conditions.ts';
import type { Evidence } from './evidence.ts';
import type { Chore } from './trouble.ts';

const patience = { firstMs: 2_000, longestMs: 60_000 } as const;

/** How long to leave it alone after so many failures in a row. */
export function troublePauseMs(failures: number): number {
  return Math.min(patience.longestMs, patience.firstMs * 2 ** Math.max(0, failures - 1));
}

/** The version stays: nothing of the cluster has changed, and the store need not know. */
export function recordTrouble(state: ClusterState, { chore, evidence, now }: { readonly chore: Chore; readonly evidence: Evidence; readonly now: number }): ClusterState {
  const { troubles = [] } = state;
  const since = troubles.find((known) => known.chore === chore)?.since ?? now;
  return { ...state, troubles: [...troubles.filter((known) => known.chore !== chore), { chore, since, evidence }] };
}

export function endTrouble(state: ClusterState, chore: Chore): ClusterState {
  const { troubles = [], ...rest } = state;
  const left = troubles.filter((known) => known.chore !== chore);
  if (left.length === troubles.length) return state;
  return left.length === 0 ? rest : { ...rest, troubles: left };
}

const hinders: Readonly<Record<Chore, string>> = {
  plan: 'what is there cannot be looked at, and nothing new is started',
  'find steps': 'how its steps ended cannot be found out, and nothing new is started',
  'keep the backup schedule': 'its backups may not be scheduled as the manifest says',
};

/** Whether its workflow can do what it is there for; none where it can. */
export function managedConditions({ troubles = [] }: ClusterState): readonly Condition[] {
  const [first] = troubles;
  if (first === undefined) return [];
  const message = troubles.map(({ chore, evidence }) => `${hinders[chore]} (it is tried again at least each minute): ${evidence.error}: ${evidence.message}`).join('; ');
  return [condition('Managed', 'False', { reason: first.evidence.error, message, since: Math.min(...troubles.map(({ since }) => since)) })];
}
