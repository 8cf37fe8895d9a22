import { APPROVAL_GATES } from '../../api/approval-gates.ts';
import { currentOperation, type ClusterState } from '../cluster-state.ts';
import { condition, type Condition } from '../conditions.ts';
import { describeOwner, roleOf, type Owner } from '../owner.ts';
import { concerns } from '../hold-up.ts';
import { waitingAt } from './approve-gate.ts';
import { pauseOf, pauseReasons } from './hold-rollout.ts';
import type { OwnerRollout } from './rollout-status.ts';

/**
 * Where an owner's rollout stands; none where nothing is outdated or paused. Cluster API's RollingOut: as
 * there, True says that it is under way, which is neither good nor bad.
 */
export function rolloutConditions(state: ClusterState, owner: OwnerRollout): readonly Condition[] {
  const { kind, name } = owner;
  const role = roleOf(kind);
  const pause = pauseOf(state, { role, name });
  const paused = pause === undefined ? [] : [condition('RolloutPaused', 'True', { reason: 'Paused', message: `${pauseReasons(state, { role, name }).join('; ')}. slipway rollout resume ${describeOwner({ role, name })} lets it go on`, since: pause.at })];
  return owner.outdated === 0 ? paused : [rollingOut(state, { ...owner, role }), ...paused];
}

function rollingOut(state: ClusterState, { role, name, updated, outdated, canary, waitsFor }: OwnerRollout & Owner): Condition {
  const holdUp = (state.holdUps ?? []).find((each) => concerns(each, { role, name }));
  const isPaused = pauseOf(state, { role, name }) !== undefined;
  const waitsForApproval = APPROVAL_GATES.some((gate) => waitingAt(state, gate).some((each) => concerns(each, { role, name })));
  const reason = isPaused ? 'RolloutPaused' : waitsForApproval ? 'WaitingForApproval' : holdUp === undefined ? 'RollingOut' : 'HeldUp';
  const progress = `${outdated} outdated, ${updated} up to date`;
  const first = canary === undefined ? [] : [`${canary} is the first of the new template`];
  const since = holdUp?.since ?? currentOperation(state)?.startedAt;
  return condition('RollingOut', 'True', { reason, message: [progress, ...first, ...waitsFor].join('; '), since });
}
