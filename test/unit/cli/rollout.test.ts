import pc from 'picocolors';
import { describe, expect, it, test } from 'vitest';
import { OperationBlockedError, TimeoutError, UsageError } from '../../../cli/errors.ts';
import { parseOwner, parseRolloutTarget } from '../../../cli/owner-argument.ts';
import { renderDescription } from '../../../cli/render/describe.ts';
import { renderClusters, renderMachines } from '../../../cli/render/listings.ts';
import { renderRevision, renderRevisions } from '../../../cli/render/revisions.ts';
import { describeRollout, renderRollout } from '../../../cli/render/rollout.ts';
import { paintLines } from '../../../cli/render/text.ts';
import { followStatus, type StatusRequest } from '../../../cli/rollout/follow-status.ts';
import { viewCluster, viewMachine } from '../../../cli/views/cluster-view.ts';
import { viewRollout } from '../../../cli/views/rollout-view.ts';
import { selectShown, type ShownRollout } from '../../../cli/views/shown-rollout.ts';
import { clusterConditions } from '../../../domain/cluster-conditions.ts';
import type { ClusterState } from '../../../domain/cluster-state.ts';
import { unknownObservation } from '../../../domain/observation.ts';
import { pauseRollout } from '../../../domain/rollout/pause-rollout.ts';
import { revisionHistory } from '../../../domain/rollout/revision-history.ts';
import { healthyFacts } from '../../healthy-facts.ts';
import { machine, now } from '../domain/support/clusters.ts';
import { madeFrom, poolOwner, rollTo, wholeCluster, withVersion } from '../domain/rollout/support/rolling.ts';

const plain = pc.createColors(false);
const golden = (name: string): string => `../../golden/cli/${name}`;
const whole = wholeCluster(3, 2, 'v1.33.13');
const upgraded = rollTo(whole, withVersion(whole.desired, 'v1.34.4'));
const nodesOf = (state: ClusterState) => ({ ...healthyFacts(state.machines).nodes, at: now });

/** One control plane of the new version is joining, and the pool is held by a person. */
function rolling(): ClusterState {
  const joining = madeFrom(upgraded.desired, [machine('cp-4', 'Bootstrapping')]);
  return pauseRollout({ ...upgraded, machines: [...upgraded.machines, ...joining] }, { owner: poolOwner, paused: true, actor: 'ada@laptop', at: now, reason: 'it is Friday' });
}

describe('rollout status', () => {
  it.each([
    ['complete', whole],
    ['rolling', rolling()],
  ])('%s, as a table, as lines and as JSON', async (name, state) => {
    const shown = selectShown(state, nodesOf(state), undefined);
    await expect(`${renderRollout(shown, plain)}\n\n${describeRollout(shown).join('\n')}\n`).toMatchFileSnapshot(golden(`rollout-${name}.txt`));
    await expect(`${JSON.stringify(viewRollout('cluster/demo', shown), undefined, 2)}\n`).toMatchFileSnapshot(golden(`rollout-${name}.json`));
  });

  it('of one owner is complete when that owner is', () => {
    const state = { ...whole, published: { config: 'before', addons: 'before', nodes: 'before' } };
    expect(selectShown(state, nodesOf(state), undefined).complete).toBe(false);
    expect(selectShown(state, nodesOf(state), poolOwner)).toMatchObject({ complete: true, waitsFor: [], owners: [{ name: 'demo-md-0' }] });
  });

  it('of one owner is that of no other with the same name', () => {
    const desired = { ...upgraded.desired, controlPlane: { ...upgraded.desired.controlPlane, name: poolOwner.name } };
    const shown = selectShown({ ...upgraded, desired }, nodesOf(upgraded), poolOwner);
    expect(shown.owners.map(({ kind, name }) => `${kind}/${name}`)).toEqual(['MachineDeployment/demo-md-0']);
  });
});

const follow = (states: readonly ClusterState[], facts: Partial<StatusRequest> = {}) => {
  const shown: ShownRollout[] = [];
  let looks = 0;
  const followed = followStatus({
    cluster: 'demo',
    look: async () => {
      looks += 1;
      const state = states[Math.min(looks, states.length) - 1];
      if (state === undefined) throw new Error('no state');
      return state;
    },
    observe: async (state) => nodesOf(state),
    hasWorker: async () => true,
    view: { show: (each) => shown.push(each), silent: () => undefined, end: () => undefined },
    pollMs: 1,
    signal: new AbortController().signal,
    ...facts,
  });
  return { shown, followed };
};

describe('following a rollout', () => {
  test('goes on until it is complete', async () => {
    const done = { ...whole, version: upgraded.version + 10 };
    const { shown, followed } = follow([upgraded, rolling(), done]);
    expect((await followed).complete).toBe(true);
    expect(shown.map(({ complete }) => complete)).toEqual([false, false, true]);
  });

  test('ends where nothing goes on by itself, and when time is up', async () => {
    const blocked = { ...upgraded, operations: upgraded.operations.map((operation) => ({ ...operation, phase: 'Blocked' as const })) };
    await expect(follow([blocked]).followed).rejects.toThrow(OperationBlockedError);
    await expect(follow([upgraded], { timeoutMs: 30 }).followed).rejects.toThrow(TimeoutError);
    const abort = new AbortController();
    abort.abort(new Error('detached'));
    await expect(follow([upgraded], { signal: abort.signal }).followed).rejects.toThrow('detached');
  });
});

describe('what describe and get say of a rollout', () => {
  it('stands below its owner without being asked for', async () => {
    const state = rolling();
    const conditions = clusterConditions(state, { ...unknownObservation('not asked', now), nodes: nodesOf(state) });
    const lines = renderDescription({ name: 'demo', conditions, show: 'none', grouping: true, now: now + 120_000 });
    await expect(paintLines(lines, plain)).toMatchFileSnapshot(golden('describe-rolling.txt'));
  });

  it('stands beside the phase of clusters and in a column of machines', () => {
    const state = rolling();
    expect(renderClusters([viewCluster(state)], { wide: false, now })).toContain('Provisioned (RollingOut)');
    expect(renderClusters([viewCluster(whole)], { wide: false, now })).not.toContain('(');
    const [header = '', ...lines] = renderMachines(state.machines.map((each) => viewMachine(state, each)), { wide: false, now }).split('\n');
    const column = lines.filter((line) => line !== '').map((line) => line.slice(header.indexOf('UP-TO-DATE')).split(' ')[0]);
    expect(column).toEqual(['False', 'False', 'False', 'False', 'False', 'True']);
  });
});

describe('rollout history', () => {
  const { revisions } = revisionHistory([
    { revision: 1, desired: whole.desired, actor: 'ada@laptop', reason: '', at: now },
    { revision: 2, desired: upgraded.desired, actor: 'bob@laptop', reason: 'security fixes', at: now + 3_600_000 },
  ]);

  it('as a table, and one revision in full', async () => {
    const [, second] = revisions;
    if (second === undefined) throw new Error('there should be two');
    await expect(`${renderRevisions(revisions)}\n${renderRevision('cluster/demo', second, plain)}\n`).toMatchFileSnapshot(golden('rollout-history.txt'));
  });
});

describe('names of owners', () => {
  it.each([
    ['md/a', { role: 'worker', name: 'a' }],
    ['MachineDeployment/a', { role: 'worker', name: 'a' }],
    ['kcp/b', { role: 'control-plane', name: 'b' }],
    ['kubeadmcontrolplanes/b', { role: 'control-plane', name: 'b' }],
  ])('%s', (text, owner) => {
    expect(parseOwner(text, [])).toEqual(owner);
    expect(parseRolloutTarget(text, [])).toEqual({ owner });
  });

  it('a whole cluster, where it may be one', () => {
    expect(parseRolloutTarget('cluster/demo', [])).toEqual({ cluster: 'demo' });
    for (const wrong of ['demo', 'deployment/a', 'md/', 'md/a/b', 'cluster/', 'cluster/A', 'cluster/a/b']) expect(() => parseRolloutTarget(wrong, [])).toThrow(UsageError);
    expect(() => parseOwner('cluster/demo', ['slipway rollout pause md/NAME'])).toThrow(UsageError);
  });
});
