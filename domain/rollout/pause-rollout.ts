import type { ClusterState } from '../cluster-state.ts';
import { describeOwner, findDesired, noSuchOwner, type Owner } from '../owner.ts';
import { pauseOf } from './hold-rollout.ts';
import { recordWord } from './record-word.ts';

export type RolloutPauseDecision =
  | { readonly action: 'pause' | 'resume' | 'unchanged'; readonly reasons: readonly string[] }
  | { readonly action: 'refuse'; readonly refusal: 'NotFound'; readonly reasons: readonly string[] };

type Wish = { readonly owner: Owner; readonly paused: boolean };

/** Whether a person's wish to hold one owner's rollout, or to let it go on, changes anything. */
export function decideRolloutPause(state: ClusterState, { owner, paused }: Wish): RolloutPauseDecision {
  if (findDesired(state.desired, owner) === undefined) return { action: 'refuse', refusal: 'NotFound', reasons: [noSuchOwner(state, owner)] };
  const pause = pauseOf(state, owner);
  const now = pause === undefined ? `the rollout of ${describeOwner(owner)} is not paused` : `the rollout of ${describeOwner(owner)} was paused by ${pause.actor}`;
  if ((pause !== undefined) === paused) return { action: 'unchanged', reasons: [now] };
  return { action: paused ? 'pause' : 'resume', reasons: [now] };
}

/** Steps under way come to their end; nothing more of that owner is replaced. Repairs and scaling go on. */
export function pauseRollout(state: ClusterState, wish: Wish & { readonly actor: string; readonly at: number; readonly reason?: string }): ClusterState {
  const { owner, paused, actor, at, reason } = wish;
  const said = { actor, at, ...(reason === undefined ? {} : { reason }) };
  const others = (state.rollouts?.paused ?? []).filter((pause) => pause.owner !== owner.name || pause.role !== owner.role);
  return recordWord(state, {
    change: { paused: paused ? [...others, { owner: owner.name, role: owner.role, ...said }] : others },
    saying: { ...said, subject: describeOwner(owner), action: paused ? 'rollout pause' : 'rollout resume' },
  });
}
