import { acceptSetting } from '../change-cluster.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { UndoDecision } from './decide-undo.ts';
import { pauseRollout } from './pause-rollout.ts';

type Accepted = Extract<UndoDecision, { action: 'undo' }>;
type Wish = Parameters<typeof acceptSetting>[2];

/** The rollouts that it turns round go on, back: a pause would hold them where they are. */
export function acceptUndo(state: ClusterState, { desired, fields, resumes }: Accepted, wish: Wish): ClusterState {
  const { actor, reason, now: at } = wish;
  const said = { paused: false, actor, at, ...(reason === undefined ? {} : { reason }) };
  const resumed = resumes.reduce((before, owner) => pauseRollout(before, { ...said, owner }), state);
  return acceptSetting(resumed, { verb: 'undo', desired, fields }, wish);
}
