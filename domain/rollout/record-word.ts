import { bump } from '../update-state.ts';
import { currentOperation, type ClusterState } from '../cluster-state.ts';
import type { RolloutSaying, RolloutWord } from './rollout-word.ts';

/** Takes down what somebody has said of a rollout, and what follows from it. No operation starts: the one under way goes on by it. */
export function recordWord(
  state: ClusterState,
  word: { readonly change: Pick<RolloutWord, 'paused' | 'approvals'>; readonly saying: Omit<RolloutSaying, 'id' | 'operation'> },
): ClusterState {
  const { said = { count: 0, unsaved: [] } } = state.rollouts ?? {};
  const operation = currentOperation(state)?.id ?? '';
  const count = said.count + 1;
  const saying: RolloutSaying = { ...word.saying, operation, id: `${operation}/word-${count}` };
  return bump({ ...state, rollouts: { ...state.rollouts, ...word.change, said: { count, unsaved: [...said.unsaved, saying] } } });
}

/** Without the words that the journal has. */
export function forgetSaid(state: ClusterState, isJournaled: (id: string) => boolean): ClusterState {
  const { said } = state.rollouts ?? {};
  if (said === undefined) return state;
  const unsaved = said.unsaved.filter(({ id }) => !isJournaled(id));
  return unsaved.length === said.unsaved.length ? state : { ...state, rollouts: { ...state.rollouts, said: { ...said, unsaved } } };
}
