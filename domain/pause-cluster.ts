import { bump } from './update-state.ts';
import { currentOperation, type ClusterState } from './cluster-state.ts';

export type PauseDecision = { readonly action: 'pause' | 'unpause' | 'unchanged'; readonly reasons: readonly string[] };

/** Whether a person's wish to pause, or to go on, changes anything. */
export function decidePause({ identity, paused }: ClusterState, wanted: boolean): PauseDecision {
  const now = paused === undefined ? `cluster ${identity.name} is not paused` : `cluster ${identity.name} was paused by ${paused.actor}`;
  if ((paused !== undefined) === wanted) return { action: 'unchanged', reasons: [now] };
  return { action: wanted ? 'pause' : 'unpause', reasons: [now] };
}

type Pause = NonNullable<ClusterState['paused']>;

/** Of a cluster, or of one owner's rollout: "paused by anna: the shop opens at nine". */
export function describePause({ actor, reason }: Pick<Pause, 'actor' | 'reason'>): string {
  return `paused by ${actor}${reason === undefined ? '' : `: ${reason}`}`;
}

/**
 * The pause that what is under way waits for. Whoever asks for a recovery of a cluster that is paused wants the cluster
 * back: it goes through, and the pause holds what comes after. One that is said later holds the recovery, too.
 */
export function pauseThatHolds(state: ClusterState): Pause | undefined {
  const { paused } = state;
  const operation = currentOperation(state);
  return paused !== undefined && operation?.verb === 'recover' && paused.at <= operation.startedAt ? undefined : paused;
}

/** Of what is paused, the steps under way end by themselves: none is stopped half-way. */
export function pauseCluster(state: ClusterState, paused: Pause): ClusterState {
  return bump({ ...state, paused });
}

export function unpauseCluster(state: ClusterState): ClusterState {
  const { paused: _paused, ...rest } = state;
  return bump(rest);
}
