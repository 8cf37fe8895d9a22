import { bump } from './apply-report.ts';
import type { ClusterState } from './cluster-state.ts';

export type PauseDecision = { readonly action: 'pause' | 'unpause' | 'unchanged'; readonly reasons: readonly string[] };

/** Whether a person's wish to pause, or to go on, changes anything. */
export function decidePause({ identity, paused }: ClusterState, wanted: boolean): PauseDecision {
  const now = paused === undefined ? `cluster ${identity.name} is not paused` : `cluster ${identity.name} was paused by ${paused.actor}`;
  if ((paused !== undefined) === wanted) return { action: 'unchanged', reasons: [now] };
  return { action: wanted ? 'pause' : 'unpause', reasons: [now] };
}

/** Of what is paused, the steps under way end by themselves: none is stopped half-way. */
export function pauseCluster(state: ClusterState, paused: NonNullable<ClusterState['paused']>): ClusterState {
  return bump({ ...state, paused });
}

export function unpauseCluster(state: ClusterState): ClusterState {
  const { paused: _paused, ...rest } = state;
  return bump(rest);
}
