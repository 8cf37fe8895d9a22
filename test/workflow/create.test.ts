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

      // A control plane asks for its turn only when the one before has its backend.
      const controlPlanes = state.machines.filter((machine) => machine.role === 'control-plane').map((machine) => machine.name);
      expect(world.calls.filter((call) => call.activity === 'runKubeadm' && controlPlanes.includes(call.machine ?? ''))).toHaveLength(3);
      const turns = positions(world, 'waitForHealthyMembers');
      expect(turns).toHaveLength(2);
      expect(positions(world, 'setBackends').filter((index) => index < (turns[1] ?? 0))).toHaveLength(2);
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

  test('kubeadm that fails once: its etcd member is removed, the Machine reset, and kubeadm run again', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const name = `flaky${suffix}`;
      // The first is init; the second is the first join.
      world.failing.set('runKubeadm', () => (countCalls(world, 'runKubeadm') === 2 ? kubeadmFailure() : undefined));
      await applyCluster(env(), desiredCluster(name, 3, 0), { continueAsNewEveryPass });
      const state = await untilState(env(), name, operationEnded);
      expect(operationOf(state).phase).toBe('Succeeded');
      const failed = world.calls.filter((call) => call.activity === 'runKubeadm')[1]?.machine;
      const repair = world.calls.filter((call) => call.machine === failed).map((call) => call.activity);
      expect(repair.slice(repair.indexOf('runKubeadm'), repair.lastIndexOf('runKubeadm') + 1)).toEqual([
        'runKubeadm',
        'removeStaleEtcdMember',
        'resetMachine',
        'writeBootstrapData',
        'runKubeadm',
      ]);
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
