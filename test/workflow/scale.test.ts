import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { DrainImpossibleError } from '../../activities/kubernetes/errors.ts';
import { currentOperation, type ClusterState } from '../../domain/cluster-state.ts';
import type { Owner } from '../../domain/owner.ts';
import { planSteps } from '../../domain/plan/plan-steps.ts';
import { annotateMachineUpdate, pauseUpdate, replaceMachineUpdate, resumeUpdate, scaleUpdate, type ResumeHow } from '../../workflows/messages.ts';
import { applyCluster, clusterHandle, countCalls, desiredCluster, isBlocked, operationEnded, operationOf, positions, refusedAs, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld, type FakeWorld } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

const workers = (name: string): Owner => ({ role: 'worker', name: `${name}-md-0` });
const controlPlane = (name: string): Owner => ({ role: 'control-plane', name: `${name}-control-plane` });
const scale = (name: string, owner: Owner, replicas: number, seenRevision?: number) =>
  clusterHandle(env(), name).executeUpdate(scaleUpdate, {
    args: [{ owner, replicas, actor: 'tester', ...(seenRevision === undefined ? {} : { seenRevision }) }],
  });
const resume = (name: string, how: ResumeHow) => clusterHandle(env(), name).executeUpdate(resumeUpdate, { args: [{ how, actor: 'tester', reason: 'looked at it' }] });
const isAtRest = (verb: string) => (state: ClusterState) => operationEnded(state) && currentOperation(state)?.verb === verb;
const namesOf = (state: ClusterState, role: string) => state.machines.filter((machine) => machine.role === role).map(({ name }) => name);

async function withCluster(
  request: { readonly name: string; readonly controlPlanes: number; readonly workers: number; readonly continueAsNewEveryPass?: boolean },
  work: (world: FakeWorld, state: ClusterState) => Promise<void>,
): Promise<void> {
  const { name, controlPlanes, workers: count, continueAsNewEveryPass = false } = request;
  const world = createFakeWorld();
  await withWorkers(env(), world, async () => {
    await applyCluster(env(), desiredCluster(name, controlPlanes, count), { continueAsNewEveryPass });
    await work(world, await untilState(env(), name, operationEnded));
  });
}

describe.each([false, true])('scaling, continued as new at every pass: %s', (continueAsNewEveryPass) => {
  const suffix = continueAsNewEveryPass ? '-can' : '';

  test('workers come and go, each drained before its container goes and its Node after', async () => {
    const name = `pool${suffix}`;
    await withCluster({ name, controlPlanes: 1, workers: 1, continueAsNewEveryPass }, async (world, before) => {
      await scale(name, workers(name), 3);
      const grown = await untilState(env(), name, isAtRest('scale'));
      expect(namesOf(grown, 'worker')).toHaveLength(3);
      expect(namesOf(grown, 'worker')).toEqual(expect.arrayContaining([...namesOf(before, 'worker')]));
      const { operationId } = await scale(name, workers(name), 0);
      const empty = await untilState(env(), name, (state) => operationEnded(state) && currentOperation(state)?.id === operationId);
      expect(namesOf(empty, 'worker')).toEqual([]);
      for (const phase of ['cordonNode', 'drainNode', 'waitForVolumesDetached', 'deleteMachine', 'deleteNode']) expect(countCalls(world, phase)).toBe(3);
      expect(Math.max(...positions(world, 'drainNode'))).toBeLessThan(Math.max(...positions(world, 'deleteMachine')));
      expect(countCalls(world, 'removeEtcdMember')).toBe(0);
      expect(operationOf(empty)).toMatchObject({ verb: 'scale', changes: [`MachineDeployment/${name}-md-0.spec.replicas: 3 → 0`] });
      expect(empty.previous).toBeUndefined();
    });
  });

  test('a control plane grows and shrinks one member at a time: leader, API server, member, container, Node', async () => {
    const name = `quorum${suffix}`;
    await withCluster({ name, controlPlanes: 1, workers: 0, continueAsNewEveryPass }, async (world) => {
      await scale(name, controlPlane(name), 3);
      const grown = await untilState(env(), name, isAtRest('scale'));
      expect(namesOf(grown, 'control-plane')).toHaveLength(3);
      expect(grown.steps.filter(({ kind }) => kind === 'PrepareControlPlane').map(({ state }) => state)).toEqual(['Done', 'Done']);
      const { operationId } = await scale(name, controlPlane(name), 1);
      const shrunk = await untilState(env(), name, (state) => operationEnded(state) && currentOperation(state)?.id === operationId);
      expect(namesOf(shrunk, 'control-plane')).toHaveLength(1);
      const removal = world.calls.filter(({ activity }) => /^(moveEtcdLeader|removeEtcdMember|stopApiServer|deleteMachine|deleteNode)$/.test(activity));
      const one = ['moveEtcdLeader', 'stopApiServer', 'removeEtcdMember', 'deleteMachine', 'deleteNode'];
      expect(removal.map(({ activity }) => activity)).toEqual([...one, ...one]);
    });
  });
});

test('what a quorum forbids, what is not there and what somebody changed meanwhile is refused', async () => {
  const name = 'refused';
  await withCluster({ name, controlPlanes: 1, workers: 1 }, async (world, { revision }) => {
    const effects = () => world.calls.filter(({ activity }) => activity !== 'recordCluster').length;
    const calls = effects();
    for (const replicas of [0, 2, 4, 9, -1]) await expect(scale(name, controlPlane(name), replicas)).rejects.toMatchObject(refusedAs('Invalid'));
    await expect(scale(name, workers(name), 200)).rejects.toMatchObject(refusedAs('Invalid', '100 are the most'));
    await expect(scale(name, { role: 'worker', name: 'nobody' }, 1)).rejects.toMatchObject(refusedAs('NotFound', 'refused-md-0'));
    await expect(scale(name, workers(name), 2, revision + 7)).rejects.toMatchObject(refusedAs('Conflict', 'somebody changed it meanwhile'));
    await expect(resume(name, 'retry')).rejects.toMatchObject(refusedAs('Conflict', 'is not Blocked'));
    expect((await scale(name, workers(name), 1)).result).toBe('unchanged');
    expect(effects()).toBe(calls);
  });
});

test('a wish that is taken back within moments leaves the cluster as it was', async () => {
  const name = 'mistake';
  await withCluster({ name, controlPlanes: 1, workers: 0 }, async (world, before) => {
    world.hanging.add('ensureMachine');
    await scale(name, controlPlane(name), 3);
    await expect.poll(() => countCalls(world, 'ensureMachine'), { timeout: 90_000 }).toBe(3);
    const { operationId } = await scale(name, controlPlane(name), 1);
    world.hanging.delete('ensureMachine');
    const state = await untilState(env(), name, (seen) => operationEnded(seen) && currentOperation(seen)?.id === operationId);
    expect(namesOf(state, 'control-plane')).toEqual(namesOf(before, 'control-plane'));
    expect(state.operations.map(({ phase }) => phase)).toEqual(['Succeeded', 'Superseded', 'Succeeded']);
    expect(countCalls(world, 'removeEtcdMember')).toBe(0);
  });
});

test('a paused cluster takes wishes and starts nothing, until it is told to go on', async () => {
  const name = 'paused';
  await withCluster({ name, controlPlanes: 1, workers: 1 }, async (world, before) => {
    const pause = (paused: boolean) => clusterHandle(env(), name).executeUpdate(pauseUpdate, { args: [{ paused, actor: 'tester', reason: 'maintenance' }] });
    expect((await pause(true)).result).toBe('started');
    expect((await pause(true)).result).toBe('unchanged');
    await scale(name, workers(name), 3);
    const waiting = await untilState(env(), name, (state) => currentOperation(state)?.verb === 'scale');
    expect(planSteps(waiting)).toMatchObject({ action: 'wait', reasons: ['paused by tester: maintenance'] });
    expect(countCalls(world, 'ensureMachine')).toBe(before.machines.length);
    expect((await pause(false)).result).toBe('resumed');
    expect(namesOf(await untilState(env(), name, isAtRest('scale')), 'worker')).toHaveLength(3);
  });
});

test('a Machine that is annotated goes first; an annotation that nothing heeds is refused', async () => {
  const name = 'marked';
  const mark = 'cluster.x-k8s.io/delete-machine';
  await withCluster({ name, controlPlanes: 1, workers: 3 }, async (_world, before) => {
    const all = namesOf(before, 'worker');
    const annotate = (machine: string, set: Readonly<Record<string, string>>, remove: readonly string[] = []) =>
      clusterHandle(env(), name).executeUpdate(annotateMachineUpdate, { args: [{ machine, set, remove, actor: 'tester' }] });
    await expect(annotate('nobody', { [mark]: 'yes' })).rejects.toMatchObject(refusedAs('NotFound', 'has no Machine nobody'));
    await expect(annotate(all[1] ?? '', { 'slipway.dev/typo': 'yes' })).rejects.toMatchObject(refusedAs('Invalid', mark));
    for (const machine of all.slice(1)) expect((await annotate(machine, { [mark]: 'yes' })).result).toBe('changed');
    expect((await annotate(all[1] ?? '', { [mark]: 'yes' })).result).toBe('unchanged');
    await scale(name, workers(name), 1);
    expect(namesOf(await untilState(env(), name, isAtRest('scale')), 'worker')).toEqual(all.slice(0, 1));
  });
});

test('a Machine that somebody wants to go is replaced', async () => {
  const name = 'swap';
  await withCluster({ name, controlPlanes: 1, workers: 2 }, async (_world, before) => {
    const [victim = '', other = ''] = namesOf(before, 'worker');
    await clusterHandle(env(), name).executeUpdate(replaceMachineUpdate, { args: [{ machine: victim, actor: 'tester', reason: 'its disk is old' }] });
    const after = await untilState(env(), name, isAtRest('replace'));
    expect(namesOf(after, 'worker')).toHaveLength(2);
    expect(namesOf(after, 'worker')).toContain(other);
    expect(namesOf(after, 'worker')).not.toContain(victim);
  });
});

describe('where it is not safe', () => {
  test('nothing is done while a member is not healthy, and it goes on by itself when it is', async () => {
    const name = 'unsafe';
    await withCluster({ name, controlPlanes: 3, workers: 0 }, async (world) => {
      const { healthyFacts } = await import('../healthy-facts.ts');
      world.facts = (machines) => ({ ...healthyFacts(machines), etcd: { known: false, reason: 'no answer', at: 0 } });
      await scale(name, controlPlane(name), 1);
      await expect.poll(() => countCalls(world, 'observePlanFacts'), { timeout: 90_000 }).toBeGreaterThan(0);
      const held = await untilState(env(), name, ({ holdUps = [] }) => holdUps.length > 0);
      expect(held.holdUps).toMatchObject([{ subject: `${name}-control-plane`, reasons: [expect.stringContaining('EtcdMembersKnown: no answer')] }]);
      expect(countCalls(world, 'drainNode')).toBe(0);
      delete world.facts;
      const freed = await untilState(env(), name, isAtRest('scale'), 60_000);
      expect(namesOf(freed, 'control-plane')).toHaveLength(1);
      expect(freed.holdUps).toBeUndefined();
    });
  });

  test('a lost majority blocks at once: only a person can decide', async () => {
    const name = 'lost';
    await withCluster({ name, controlPlanes: 3, workers: 0 }, async (world) => {
      const { healthyFacts } = await import('../healthy-facts.ts');
      world.facts = (machines) => {
        const facts = healthyFacts(machines);
        return facts.etcd.known ? { ...facts, etcd: { ...facts.etcd, value: facts.etcd.value.map((member, index) => ({ ...member, healthy: index === 0, leader: false })) } } : facts;
      };
      await scale(name, controlPlane(name), 1);
      const { evidence } = operationOf(await untilState(env(), name, isBlocked));
      expect(evidence).toMatchObject({ error: 'NoSafeStep', message: expect.stringContaining('etcd has lost its majority') });
      expect(countCalls(world, 'removeEtcdMember')).toBe(0);
    });
  });
});

const impossible = () => new DrainImpossibleError('w-1', ['two PodDisruptionBudgets match']);

test('drains that run are cut short, all or one', async () => {
  const name = 'impatient';
  await withCluster({ name, controlPlanes: 1, workers: 3 }, async (world) => {
    world.hanging.add('drainNode');
    await scale(name, workers(name), 1);
    await expect.poll(() => countCalls(world, 'drainNode'), { timeout: 90_000 }).toBe(2);
    const { machines } = await untilState(env(), name, ({ steps }) => steps.filter(({ kind, state }) => kind === 'RemoveMachine' && state === 'Running').length === 2);
    const [first = '', second = ''] = machines.filter(({ phase }) => phase === 'Deleting').map((machine) => `cluster/${name}/machine/${machine.name}/remove`);
    const cut = (...steps: readonly string[]) =>
      clusterHandle(env(), name).executeUpdate(resumeUpdate, { args: [{ how: 'skip', running: steps.map((step) => ({ step, phase: 'drain' })), actor: 'tester', reason: 'it may go' }] });
    await expect(resume(name, 'skip')).rejects.toMatchObject(refusedAs('Conflict', 'waits for nothing'));
    await cut(first);
    const one = await untilState(env(), name, (state) => namesOf(state, 'worker').length === 2);
    expect(operationOf(one)).toMatchObject({ phase: 'Running', decisions: [{ how: 'skip', reason: 'it may go' }] });
    await cut(second);
    expect(namesOf(await untilState(env(), name, isAtRest('scale')), 'worker')).toHaveLength(1);
    expect(countCalls(world, 'waitForVolumesDetached')).toBe(2);
  });
});

test('a Node that never becomes Ready is left as it is where a person says so', async () => {
  const name = 'never-ready';
  await withCluster({ name, controlPlanes: 1, workers: 1 }, async (world) => {
    world.failing.set('waitForNode', () => ApplicationFailure.nonRetryable('its kubelet does not report'));
    await scale(name, workers(name), 2);
    expect(operationOf(await untilState(env(), name, isBlocked)).evidence).toMatchObject({ phase: 'Node ready' });
    await resume(name, 'skip');
    expect(namesOf(await untilState(env(), name, isAtRest('scale')), 'worker')).toHaveLength(2);
  });
});

describe('a removal that is Blocked', () => {
  test.each(['retry', 'skip', 'abort'] as const)('goes on: %s', async (how) => {
    const name = `stuck-${how}`;
    await withCluster({ name, controlPlanes: 1, workers: 2 }, async (world) => {
      world.failing.set('drainNode', impossible);
      await scale(name, workers(name), 1);
      const blocked = await untilState(env(), name, isBlocked);
      expect(operationOf(blocked).evidence).toMatchObject({ phase: 'drain', error: 'DrainImpossibleError' });
      if (how !== 'skip') world.failing.clear();
      const drained = countCalls(world, 'drainNode');
      await resume(name, how);
      const state = await untilState(env(), name, (seen) => operationEnded(seen) && currentOperation(seen)?.phase === 'Succeeded');
      // Aborted, the one whose removal had begun is the same as before: nothing of it was lost.
      const before = namesOf(blocked, 'worker');
      expect(namesOf(state, 'worker').map((each) => before.includes(each))).toEqual(how === 'abort' ? [true, true] : [true]);
      expect(countCalls(world, 'uncordonNode')).toBe(how === 'abort' ? 1 : 0);
      expect(countCalls(world, 'drainNode') - drained).toBe(how === 'retry' ? 1 : 0);
      const decided = state.operations.flatMap(({ decisions = [] }) => decisions);
      expect(decided).toMatchObject([{ how, actor: 'tester', reason: 'looked at it' }]);
    });
  });

  test('whose container could not be removed is finished by an abort, and another Machine comes', async () => {
    const name = 'too-far';
    await withCluster({ name, controlPlanes: 1, workers: 2 }, async (world) => {
      world.failing.set('deleteMachine', () => ApplicationFailure.nonRetryable('the engine refuses'));
      await scale(name, workers(name), 1);
      const blocked = await untilState(env(), name, isBlocked);
      const [leaving] = blocked.machines.filter(({ phase }) => phase === 'Deleting');
      world.failing.clear();
      await resume(name, 'abort');
      const state = await untilState(env(), name, (seen) => operationEnded(seen) && currentOperation(seen)?.phase === 'Succeeded');
      expect(operationOf(state).changes).toContain(`the removal of Machine ${leaving?.name} is finished: it has come too far to be taken back`);
      expect(namesOf(state, 'worker')).toHaveLength(2);
      expect(namesOf(state, 'worker')).not.toContain(leaving?.name);
      expect(countCalls(world, 'uncordonNode')).toBe(0);
    });
  });

  test('of a control plane is taken back while its API server still has its backend', async () => {
    const name = 'cp-back';
    await withCluster({ name, controlPlanes: 3, workers: 0 }, async (world, before) => {
      world.failing.set('drainNode', impossible);
      await scale(name, controlPlane(name), 1);
      await untilState(env(), name, isBlocked);
      await resume(name, 'abort');
      const state = await untilState(env(), name, (seen) => operationEnded(seen) && currentOperation(seen)?.phase === 'Succeeded');
      expect(state.machines.map(({ name: each, phase }) => [each, phase])).toEqual(before.machines.map(({ name: each }) => [each, 'Running']));
      expect(countCalls(world, 'removeEtcdMember')).toBe(0);
      expect(countCalls(world, 'uncordonNode')).toBe(1);
    });
  });
});
