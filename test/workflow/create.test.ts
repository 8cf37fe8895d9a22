import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { currentOperation } from '../../domain/cluster-state.ts';
import { cancelUpdate, deleteUpdate } from '../../workflows/messages.ts';
import { applyCluster, clusterHandle, desiredCluster, operationEnded, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld, kubeadmFailure } from './fake-activities.ts';
import { startTemporal } from './temporal.ts';

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTemporal();
}, 60_000);
afterAll(() => env.teardown());

const positions = (calls: readonly { activity: string }[], activity: string) =>
  calls.flatMap((call, index) => (call.activity === activity ? [index] : []));

describe.each([false, true])('continue-as-new at every pass: %s', (continueAsNewEveryPass) => {
  const suffix = continueAsNewEveryPass ? '-can' : '';

  test('three control planes join one after the other, workers beside them', async () => {
    const world = createFakeWorld();
    await withWorkers(env, world, async () => {
      const name = `ha${suffix}`;
      const accepted = await applyCluster(env, desiredCluster(name, 3, 2), { continueAsNewEveryPass });
      expect(accepted).toEqual({ operationId: `${name}-create-1`, result: 'started', revision: 1 });
      const state = await untilState(env, name, operationEnded);
      expect(currentOperation(state)?.phase).toBe('Succeeded');
      expect(state.phase).toBe('Provisioned');
      expect(state.machines.map((machine) => machine.phase)).toEqual(Array(5).fill('Running'));
      expect(new Set(state.machines.map((machine) => machine.address)).size).toBe(5);

      // A control plane asks for its turn only when the one before has its backend.
      const controlPlanes = state.machines.filter((machine) => machine.role === 'control-plane').map((machine) => machine.name);
      const kubeadm = world.calls.filter((call) => call.activity === 'runKubeadm' && controlPlanes.includes(call.machine ?? ''));
      expect(kubeadm.map((call) => call.machine)).toHaveLength(3);
      const turns = positions(world.calls, 'waitForHealthyMembers');
      const backends = positions(world.calls, 'setBackends');
      expect(turns).toHaveLength(2);
      expect(backends.filter((index) => index < (turns[1] ?? 0))).toHaveLength(2);
    });
  }, 60_000);

  test('kubeadm that fails once has its etcd member removed, then the Machine reset, and runs again', async () => {
    const world = createFakeWorld();
    await withWorkers(env, world, async () => {
      const name = `flaky${suffix}`;
      let runs = 0;
      world.failing.set('runKubeadm', () => {
        runs += 1;
        // The first is init; the second is the first join.
        return runs === 2 ? kubeadmFailure() : undefined;
      });
      await applyCluster(env, desiredCluster(name, 3, 0), { continueAsNewEveryPass });
      const state = await untilState(env, name, operationEnded);
      expect(currentOperation(state)?.phase).toBe('Succeeded');
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
  }, 60_000);

  test('a failure that stays blocks the operation; apply again goes on', async () => {
    const world = createFakeWorld();
    world.failing.set('runKubeadm', kubeadmFailure);
    await withWorkers(env, world, async () => {
      const name = `blocked${suffix}`;
      await applyCluster(env, desiredCluster(name, 1, 1), { continueAsNewEveryPass });
      const blocked = await untilState(env, name, (state) => currentOperation(state)?.phase === 'Blocked');
      expect(currentOperation(blocked)?.evidence).toMatchObject({ error: 'KubeadmFailedError', message: 'kubeadm exited with 1' });
      expect(world.calls.filter((call) => call.activity === 'runKubeadm')).toHaveLength(3);
      world.failing.clear();
      const accepted = await applyCluster(env, desiredCluster(name, 1, 1), { continueAsNewEveryPass });
      expect(accepted.result).toBe('resumed');
      const state = await untilState(env, name, operationEnded);
      expect(currentOperation(state)?.phase).toBe('Succeeded');
    });
  }, 60_000);

  test('--on-failure=undo removes everything and closes the entity', async () => {
    const world = createFakeWorld();
    world.failing.set('runKubeadm', kubeadmFailure);
    await withWorkers(env, world, async () => {
      const name = `undone${suffix}`;
      await applyCluster(env, desiredCluster(name, 1, 1), { onFailure: 'undo', continueAsNewEveryPass });
      expect(await clusterHandle(env, name).result()).toEqual({ outcome: 'undone' });
      expect(world.calls.map((call) => call.activity)).toContain('deleteInfrastructure');
    });
  }, 60_000);

  test('delete during create stops the steps first, then removes', async () => {
    const world = createFakeWorld();
    world.hanging.add('waitForSsh');
    await withWorkers(env, world, async () => {
      const name = `gone${suffix}`;
      await applyCluster(env, desiredCluster(name, 1, 2), { continueAsNewEveryPass });
      await untilState(env, name, () => positions(world.calls, 'waitForSsh').length === 3);
      const handle = clusterHandle(env, name);
      await handle.executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] });
      expect(await handle.result()).toEqual({ outcome: 'deleted' });
      const order = world.calls.map((call) => call.activity).filter((activity) => /^(delete|mark)/.test(activity));
      expect(order).toEqual(['markClusterDeleted', 'deleteInfrastructure', 'deleteClusterSecrets']);
    });
  }, 60_000);

  test('cancel leaves what exists; apply goes on from there', async () => {
    const world = createFakeWorld();
    world.hanging.add('waitForSsh');
    await withWorkers(env, world, async () => {
      const name = `stopped${suffix}`;
      const { operationId } = await applyCluster(env, desiredCluster(name, 1, 1), { continueAsNewEveryPass });
      await untilState(env, name, () => positions(world.calls, 'waitForSsh').length === 2);
      await clusterHandle(env, name).executeUpdate(cancelUpdate, { args: [{ actor: 'tester', operationId }] });
      const state = await untilState(env, name, operationEnded);
      expect(currentOperation(state)?.phase).toBe('Cancelled');
      world.hanging.clear();
      await applyCluster(env, desiredCluster(name, 1, 1), { continueAsNewEveryPass });
      expect(currentOperation(await untilState(env, name, operationEnded))?.phase).toBe('Succeeded');
    });
  }, 60_000);
});

describe('commands', () => {
  test('the same manifest is the same cluster, another is refused by field', async () => {
    const world = createFakeWorld();
    await withWorkers(env, world, async () => {
      await applyCluster(env, desiredCluster('same', 1, 1));
      await untilState(env, 'same', operationEnded);
      expect((await applyCluster(env, desiredCluster('same', 1, 1))).result).toBe('unchanged');
      await expect(applyCluster(env, desiredCluster('same', 1, 2))).rejects.toMatchObject({
        cause: { type: 'ChangeNotSupported', message: expect.stringContaining('replicas') },
      });
    });
  }, 60_000);

  test('an entity that accepted nothing closes itself', async () => {
    const world = createFakeWorld();
    await withWorkers(env, world, async () => {
      const handle = await env.client.workflow.start('clusterWorkflow', {
        workflowId: 'cluster/nobody',
        taskQueue: 'slipway',
        args: [{ name: 'nobody' }],
      });
      await expect(handle.executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] })).rejects.toMatchObject({
        cause: { type: 'NotFound' },
      });
      expect(await handle.result()).toEqual({ outcome: 'refused' });
    });
  }, 60_000);
});
