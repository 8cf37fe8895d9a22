import { describe, expect, test } from 'vitest';
import { forgetJournaled, journalOf } from '../../../../domain/journal.ts';
import { recordHoldUps } from '../../../../domain/plan/hold-ups.ts';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import { planSteps } from '../../../../domain/plan/plan-steps.ts';
import { approveGate, decideApproval, waitingAt } from '../../../../domain/rollout/approve-gate.ts';
import { gateReasons, pauseReasons } from '../../../../domain/rollout/hold-rollout.ts';
import { decideRolloutPause, pauseRollout } from '../../../../domain/rollout/pause-rollout.ts';
import { healthyFacts } from '../../../healthy-facts.ts';
import { now } from '../support/clusters.ts';
import { asking, poolOwner, rollTo, wholeCluster, withVersion } from './support/rolling.ts';

const whole = wholeCluster(3, 2, 'v1.33.13');
const pause = (state: ClusterState, paused: boolean, reason = 'it is Friday') => pauseRollout(state, { owner: poolOwner, paused, actor: 'ada@laptop', at: now + 1, reason });

describe('a pause of one owner', () => {
  test('holds that owner until it is taken back', () => {
    expect(decideRolloutPause(whole, { owner: poolOwner, paused: true })).toMatchObject({ action: 'pause' });
    const paused = pause(whole, true);
    expect(pauseReasons(paused, poolOwner)).toEqual(['its rollout is paused by ada@laptop: it is Friday']);
    expect(pauseReasons(paused, { role: 'control-plane', name: 'demo-control-plane' })).toEqual([]);
    expect(decideRolloutPause(paused, { owner: poolOwner, paused: true })).toMatchObject({ action: 'unchanged', reasons: [expect.stringContaining('was paused by ada@laptop')] });
    expect(decideRolloutPause(paused, { owner: poolOwner, paused: false })).toMatchObject({ action: 'resume' });
    expect(pauseReasons(pause(paused, false), poolOwner)).toEqual([]);
    expect(decideRolloutPause(whole, { owner: { role: 'worker', name: 'nobody' }, paused: true })).toMatchObject({ action: 'refuse', refusal: 'NotFound' });
  });

  test('goes with its owner', () => {
    expect(rollTo(pause(whole, true), { ...whole.desired, machineDeployments: [] }).rollouts?.paused).toEqual([]);
    expect(rollTo(pause(whole, true), withVersion(whole.desired, 'v1.34.4')).rollouts?.paused).toHaveLength(1);
  });
});

describe('what was said', () => {
  test('is in the journal once, each by itself, and then forgotten', () => {
    const said = pause(pause(pause(whole, true), false, 'Monday'), true);
    const words = journalOf(said).filter(({ id }) => id.includes('/word-'));
    expect(words.map(({ id, action, reason }) => [id, action, reason])).toEqual([
      ['demo-create-1/word-1', 'rollout pause', 'it is Friday'],
      ['demo-create-1/word-2', 'rollout resume', 'Monday'],
      ['demo-create-1/word-3', 'rollout pause', 'it is Friday'],
    ]);
    expect(words[0]).toMatchObject({ kind: 'command', actor: 'ada@laptop', subject: 'machinedeployment/demo-md-0', outcome: 'accepted' });
    const kept = forgetJournaled(said, (id) => id.endsWith('word-1') || id.endsWith('word-2'));
    expect(journalOf(kept).filter(({ id }) => id.includes('/word-')).map(({ id }) => id)).toEqual(['demo-create-1/word-3']);
    const forgotten = forgetJournaled(kept, () => true);
    expect(forgotten.rollouts?.said).toEqual({ count: 3, unsaved: [] });
    expect(forgotten.rollouts?.paused).toHaveLength(1);
  });
});

describe('an approval', () => {
  const wish = { gate: 'control-plane', reason: 'seen on staging' } as const;
  const rolling = asking(rollTo(asking(whole, 'control-plane, after-canary'), withVersion(asking(whole, 'control-plane, after-canary').desired, 'v1.34.4')), 'control-plane, after-canary');
  const waiting = recordHoldUps(rolling, planSteps(rolling, healthyFacts(rolling.machines)), now);

  test('is for a gate that the cluster asks for and a rollout that waits there', () => {
    expect(decideApproval(whole, wish)).toMatchObject({ action: 'refuse', refusal: 'Conflict', reasons: [expect.stringContaining('it asks for none')] });
    expect(decideApproval(asking(whole, 'control-plane'), wish)).toMatchObject({ action: 'refuse', reasons: ['nothing of cluster demo waits at "control-plane"'] });
    expect(decideApproval(waiting, { ...wish, gate: 'after-canary' })).toMatchObject({ action: 'refuse', reasons: ['nothing of cluster demo waits at "after-canary"'] });
    expect(decideApproval(waiting, { ...wish, reason: ' ' })).toMatchObject({ action: 'refuse', refusal: 'Invalid' });
    expect(waitingAt(waiting, 'control-plane')).toMatchObject([{ subject: 'demo-control-plane', role: 'control-plane' }]);
    expect(decideApproval(waiting, wish)).toMatchObject({ action: 'approve' });
  });

  test('lets that very change pass, and no other', () => {
    const approved = approveGate(waiting, { ...wish, actor: 'bob@laptop', at: now + 90_000 });
    expect(gateReasons(approved, 'control-plane')).toEqual([]);
    expect(decideApproval(approved, wish)).toMatchObject({ action: 'unchanged', reasons: ['"control-plane" was approved by bob@laptop: seen on staging'] });
    expect(journalOf(approved).at(-1)).toMatchObject({ action: 'approve control-plane', subject: 'cluster/demo', actor: 'bob@laptop', reason: 'seen on staging' });
    const back = rollTo(approved, asking(whole, 'control-plane').desired);
    expect(gateReasons(back, 'control-plane')).toHaveLength(1);
    // The same change once more is another decision.
    expect(gateReasons(rollTo(back, waiting.desired), 'control-plane')).toHaveLength(1);
  });

  test('stays when only replicas change', () => {
    const approved = approveGate(waiting, { ...wish, actor: 'bob@laptop', at: now + 90_000 });
    const grown = { ...waiting.desired, machineDeployments: waiting.desired.machineDeployments.map((deployment) => ({ ...deployment, replicas: 4 })) };
    expect(gateReasons(rollTo(approved, grown), 'control-plane')).toEqual([]);
  });
});
