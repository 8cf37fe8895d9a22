import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { currentOperation } from '../../../../domain/cluster-state.ts';
import { publishedBefore, wantedPublished } from '../../../../domain/rollout/published.ts';
import { resolveAmounts } from '../../../../domain/rollout/resolve-amount.ts';
import { outdatedControlPlanes, outdatedWorkers } from '../../../../domain/rollout/rollout-turn.ts';
import { etcdMinorOf, membersTooOld } from '../../../../domain/version/etcd-upgrade.ts';
import { finish, happen, mayHappen, settle, type Happening, type Look } from './support/happenings.ts';
import { ofEachLook } from './support/rules.ts';
import { clusterOf, clusters, controlPlane, happenings, image, upgraded, withControlPlane, withPools, type ClusterOptions } from './support/wishes.ts';
import { factsOf, isAvailable, worldOf, type World } from './support/world.ts';

/** Whatever order things come in, whatever fails and whoever changes their mind: what must hold all the while, and that it ends. */

const isFull = process.env['SLIPWAY_TEST_FULL'] === '1';
/** The same stories each time, unless all are asked for, or those of one seed: a new one is found by whoever looks for it. */
const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? (isFull ? Date.now() % 2 ** 31 : 20_261_121));
const runs = { numRuns: isFull ? 5000 : 250, seed };
const timeout = isFull ? 900_000 : 90_000;

function play(cluster: ClusterOptions, events: readonly Happening[], onLook: (done: Look) => void = () => undefined, etcd?: string): World {
  return events.filter((event) => event.kind !== 'approve').reduce((world, event) => (mayHappen(world, event) ? settle(happen(world, event), onLook) : world), worldOf(clusterOf(cluster), etcd));
}

/** Which rules do not hold at some look of a story. */
function findBroken(cluster: ClusterOptions, events: readonly Happening[]): ReadonlySet<string> {
  const broken = new Set<string>();
  const onLook = (done: Look): void => {
    for (const [name, holds] of Object.entries(ofEachLook)) if (!holds(done)) broken.add(name);
  };
  finish(play(cluster, events, onLook), events.length, onLook);
  return broken;
}

function findCounterexample<T>(check: fc.IProperty<T>, parameters: fc.Parameters<T>): string {
  const details = fc.check(check, parameters);
  return details.failed ? `${JSON.stringify(details.counterexample)} seed ${details.seed} path ${details.counterexamplePath}: ${String(details.errorInstance)}` : '';
}

describe('at each look', () => {
  // The same stories serve all: a story that breaks something is looked for again, to be made short.
  const broken = new Set<string>();
  fc.check(fc.property(clusters, happenings, (cluster, events) => findBroken(cluster, events).forEach((name) => broken.add(name))), runs);

  test.each(Object.keys(ofEachLook))('%s', { timeout }, (name) => {
    const check = fc.property(clusters, happenings, (cluster, events) => !findBroken(cluster, events).has(name));
    expect(broken.has(name) ? findCounterexample(check, runs) : '').toBe('');
  });
});

/** All that is wanted is there, and nothing else. */
function isWhole({ state }: World): boolean {
  const { controlPlane: own, machineDeployments } = state.desired;
  const wanted = wantedPublished(state.desired, own);
  const held = publishedBefore(state);
  return (
    currentOperation(state)?.phase === 'Succeeded' &&
    outdatedControlPlanes(state).size === 0 &&
    machineDeployments.every((deployment) => outdatedWorkers(state, deployment).size === 0) &&
    [own, ...machineDeployments].every(({ name, replicas }) => state.machines.filter(({ owner }) => owner === name).length === replicas) &&
    state.machines.every(({ phase, deletion }) => phase === 'Running' && deletion === undefined) &&
    held.config === wanted.config && held.addons === wanted.addons && held.nodes === wanted.nodes
  );
}

describe('once nothing fails and nobody holds it any more', () => {
  test('every rollout ends, with all Machines of what is wanted now', { timeout }, () => {
    const check = fc.property(clusters, happenings, fc.nat({ max: 99 }), (cluster, events, luck) => isWhole(finish(play(cluster, events), luck)));
    expect(findCounterexample(check, runs)).toBe('');
  });
});

/** Of an image of somebody's own nobody knows which etcd is in it: that is refused. */
const isPlain = (event: Happening): boolean => event.kind !== 'want' || !event.what.startsWith('image') || !event.what.endsWith(controlPlane);

const scaleTo = (count: number): Happening => ({ kind: 'want', what: `${count} of demo-md-0`, desired: withPools({ replicas: count }, 'demo-md-0') });
const imageA = (name: string): Happening => ({ kind: 'want', what: `image a of ${name}`, desired: withPools(image('a'), name) });
const ends = (...picks: readonly number[]): readonly Happening[] => picks.map((pick) => ({ kind: 'step', pick }));

describe('stories that random seeds have found', () => {
  const empty = { replicas: 0, maxSurge: 0, maxUnavailable: 0 };

  test.each<readonly [name: string, cluster: ClusterOptions, events: readonly Happening[], luck: number]>([
    [
      'a worker whose join failed is outdated while the others have only just become Ready (seed 777000777)',
      { controlPlanes: 1, pools: [{ ...empty, minReadySeconds: 30 }, { ...empty, minReadySeconds: 0 }], surge: 0 },
      [scaleTo(3), ...ends(0, 0, 4), imageA('demo-md-0'), { kind: 'blocked', pick: 10 }, ...ends(0, 0), imageA('demo-md-1'), { kind: 'retry' }, ...ends(0)],
      0,
    ],
    [
      'a control plane that was asked to go waits for one whose join failed and whose template is not wanted any more (seed 1259088311)',
      { controlPlanes: 3, pools: [{ ...empty, replicas: 1, minReadySeconds: 0 }], surge: 1 },
      [{ kind: 'replace', pick: 0 }, ...ends(0, 0, 0), { kind: 'blocked', pick: 0 }, { kind: 'want', what: 'image a of the control plane', desired: withControlPlane(image('a')) }],
      0,
    ],
  ])('%s', (_name, cluster, events, luck) => {
    expect(isWhole(finish(play(cluster, events), luck))).toBe(true);
  });
});

describe('a control plane with an etcd that is too old to meet the next one', () => {
  const upgrade: Happening = { kind: 'want', what: 'upgrade', desired: upgraded };

  test('gets a newer 3.5 first, whatever happens on the way, and then all that is wanted', { timeout }, () => {
    const check = fc.property(clusters, happenings, fc.nat({ max: 99 }), fc.constantFrom('3.5.9', '3.5.21', '3.5.25'), (cluster, events, luck, etcd) => {
      const broken: string[] = [];
      const onLook = ({ plan, before }: Look): void => {
        const members = factsOf(before).etcd;
        const tooOld = members.known ? membersTooOld(members.value).map(({ name }) => name) : [];
        const joining = plan.start.flatMap(({ kind, machine }) => before.state.machines.filter(({ name }) => kind === 'JoinControlPlane' && name === machine));
        const isNew = joining.some(({ name, version }) => etcdMinorOf({ version }) === 6 && before.nodes[name] === undefined);
        if (isNew && tooOld.length > 0) broken.push(`${joining[0]?.name} joins ${tooOld.join(', ')}`);
      };
      const world = finish(play(cluster, [upgrade, ...events.filter(isPlain)], onLook, etcd), luck, onLook);
      return broken.length === 0 && isWhole(world);
    });
    expect(findCounterexample(check, { ...runs, numRuns: isFull ? runs.numRuns : 60 })).toBe('');
  });
});

describe('a template that yields Nodes which never become Ready', () => {
  const picks = fc.array(fc.record({ kind: fc.constant('step' as const), pick: fc.nat({ max: 20 }) }), { minLength: 30, maxLength: 60, size: 'max' });
  const bad: Happening = { kind: 'want', what: 'image bad', desired: withPools(image('bad')) };

  test('costs each pool one Machine at most, and after an undo all is as it was', { timeout }, () => {
    const check = fc.property(clusters, picks, fc.nat({ max: 99 }), (cluster, steps, luck) => {
      const start: World = { ...worldOf(clusterOf(cluster)), badImages: ['bad'] };
      const stuck = [bad, ...steps].reduce((world, event) => settle(happen(world, event)), start);
      const isContained = start.state.desired.machineDeployments.every(({ name, replicas, rollout = {} }) => {
        const machines = stuck.state.machines.filter(({ owner }) => owner === name);
        const made = machines.filter(({ infrastructure }) => infrastructure.customImage === 'bad').length;
        const available = machines.filter((machine) => isAvailable(stuck, machine)).length;
        return made <= 1 && available >= replicas - Math.min(1, resolveAmounts(replicas, rollout).maxUnavailable);
      });
      const undone = finish(settle(happen(stuck, { kind: 'undo' })), luck);
      return isContained && isWhole(undone) && undone.state.machines.every(({ infrastructure }) => infrastructure.customImage === undefined);
    });
    expect(findCounterexample(check, runs)).toBe('');
  });
});
