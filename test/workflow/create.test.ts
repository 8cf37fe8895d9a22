import { describe, expect, test } from 'vitest';
import { applyCluster, countCalls, desiredCluster, isBlocked, operationEnded, operationOf, positions, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld, kubeadmFailure } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

describe.each([false, true])('create, continued as new at every pass: %s', (continueAsNewEveryPass) => {
  const suffix = continueAsNewEveryPass ? '-can' : '';

  test('three control planes join one after the other, workers beside them', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const name = `ha${suffix}`;
      const accepted = await applyCluster(env(), desiredCluster(name, 3, 2), { continueAsNewEveryPass });
      expect(accepted).toEqual({ operationId: `${name}-create-1`, result: 'started', revision: 1 });
      const state = await untilState(env(), name, operationEnded);
      expect(operationOf(state).phase).toBe('Succeeded');
      expect(state.phase).toBe('Provisioned');
      expect(state.machines.map((machine) => machine.phase)).toEqual(Array(5).fill('Running'));
      expect(new Set(state.machines.map((machine) => machine.address)).size).toBe(5);

      // A control plane asks for its turn only when the one before has its member and its backend.
      const stages = world.calls.flatMap(({ stage }) => stage ?? []);
      expect(stages.toSorted()).toEqual(['etcd', 'etcd', 'init', 'join', 'join', 'prepare', 'prepare', 'serve', 'serve']);
      const turns = positions(world, 'waitForHealthyMembers');
      expect(turns).toHaveLength(2);
      expect(positions(world, 'setBackends').filter((index) => index < (turns[1] ?? 0))).toHaveLength(2);
      const members = world.calls.flatMap(({ stage }, index) => (stage === 'etcd' ? [index] : []));
      expect(members.filter((index) => index < (turns[1] ?? 0))).toHaveLength(1);
    });
  });

  test('the store hears of a cluster before anything is made, and of each command and step once', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const name = `recorded${suffix}`;
      await applyCluster(env(), desiredCluster(name, 1, 1), { continueAsNewEveryPass });
      await untilState(env(), name, operationEnded);
      await expect.poll(() => world.recorded.journal.some(({ id }) => id === `${name}-create-1/ended`)).toBe(true);
      expect(world.calls[0]?.activity).toBe('recordCluster');
      const steps = world.recorded.journal.filter(({ kind }) => kind === 'step').map(({ action }) => action);
      // A new run may offer again what the one before has written: the store takes each ID once.
      expect(new Set(steps)).toEqual(new Set(['EnsureInfrastructure', 'ProvisionMachine', 'InitControlPlane', 'JoinWorker', 'InstallAddons']));
      expect(world.recorded.state?.phase).toBe('Provisioned');
    });
  });

  test('an API server that takes its time keeps nobody from joining etcd', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const name = `slow${suffix}`;
      world.hanging.add('runKubeadm serve');
      await applyCluster(env(), desiredCluster(name, 3, 0), { continueAsNewEveryPass });
      const serving = () => world.calls.filter(({ stage }) => stage === 'serve').length;
      const state = await untilState(env(), name, () => serving() === 2);
      expect(operationOf(state).phase).toBe('Running');
      // Each knows those before it: a backend that was added is not taken out again.
      expect(positions(world, 'setBackends')).toHaveLength(3);
      world.hanging.clear();
      await untilState(env(), name, operationEnded);
    });
  });

  test.each([
    // It has touched no membership yet.
    { stage: 'prepare', repaired: ['prepare', 'resetMachine', 'writeBootstrapData', 'prepare', 'waitForHealthyMembers', 'etcd', 'serve'] },
    { stage: 'etcd', repaired: ['etcd', 'removeStaleEtcdMember', 'resetMachine', 'writeBootstrapData', 'prepare', 'waitForHealthyMembers', 'etcd', 'serve'] },
    // Its member votes by now, and the next Machine may have its turn: membership stays as it is.
    { stage: 'serve', repaired: ['serve', 'serve'] },
  ])('kubeadm that fails once in $stage of a join is repaired and run again', async ({ stage, repaired }) => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const name = `flaky-${stage}${suffix}`;
      const tries = () => world.calls.filter((call) => call.stage === stage);
      world.failing.set('runKubeadm', (call) => (call.stage === stage && tries().length === 1 ? kubeadmFailure() : undefined));
      await applyCluster(env(), desiredCluster(name, 3, 0), { continueAsNewEveryPass });
      const state = await untilState(env(), name, operationEnded);
      expect(operationOf(state).phase).toBe('Succeeded');
      const failed = tries()[0]?.machine;
      const calls = world.calls.filter((call) => call.machine === failed).map((call) => call.stage ?? call.activity);
      expect(calls.slice(calls.indexOf(stage), calls.lastIndexOf('serve') + 1)).toEqual(repaired);
    });
  });

  test('a control plane whose API server was not started is finished where it stands: its etcd member stays', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const name = `member${suffix}`;
      world.failing.set('runKubeadm', (call) => (call.stage === 'serve' ? kubeadmFailure() : undefined));
      await applyCluster(env(), desiredCluster(name, 3, 0), { continueAsNewEveryPass });
      // Of two that start their API servers side by side, the second would else fail into the operation that goes on.
      const blocked = await untilState(env(), name, (state) => isBlocked(state) && state.steps.every((step) => step.state !== 'Running'));
      expect(operationOf(blocked).evidence?.at).toContain('/join: kubeadm join: API server (attempt 3 of 3)');
      world.failing.clear();
      await applyCluster(env(), desiredCluster(name, 3, 0), { continueAsNewEveryPass });
      const state = await untilState(env(), name, operationEnded);
      expect(operationOf(state).phase).toBe('Succeeded');
      for (const activity of ['removeStaleEtcdMember', 'resetMachine']) expect(countCalls(world, activity)).toBe(0);
      expect(countCalls(world, 'renewKubeletCredential')).toBeGreaterThan(0);
      expect(world.calls.filter((call) => call.stage === 'etcd')).toHaveLength(2);
    });
  });

  test('a Machine that has joined is only waited for when its create goes on: kubeadm does not run on it again', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const name = `unready${suffix}`;
      world.failing.set('waitForNode', kubeadmFailure);
      await applyCluster(env(), desiredCluster(name, 1, 0), { continueAsNewEveryPass });
      const blocked = await untilState(env(), name, isBlocked);
      expect(operationOf(blocked).evidence?.at).toContain('/init: Node ready');
      world.failing.clear();
      await applyCluster(env(), desiredCluster(name, 1, 0), { continueAsNewEveryPass });
      const state = await untilState(env(), name, operationEnded);
      expect(operationOf(state).phase).toBe('Succeeded');
      expect(countCalls(world, 'runKubeadm')).toBe(1);
    });
  });
});
