import { ApplicationFailure } from '@temporalio/activity';
import { describe, expect, test } from 'vitest';
import { cancelUpdate, deleteUpdate } from '../../workflows/messages.ts';
import { applyCluster, clusterHandle, countCalls, desiredCluster, isBlocked, operationEnded, operationOf, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld, kubeadmFailure } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

describe.each([false, true])('a failure that stays, continued as new at every pass: %s', (continueAsNewEveryPass) => {
  const suffix = continueAsNewEveryPass ? '-can' : '';

  test('blocks the operation with its evidence; apply again goes on', async () => {
    const world = createFakeWorld();
    world.failing.set('runKubeadm', kubeadmFailure);
    await withWorkers(env(), world, async () => {
      const name = `blocked${suffix}`;
      await applyCluster(env(), desiredCluster(name, 1, 1), { continueAsNewEveryPass });
      const blocked = await untilState(env(), name, isBlocked);
      expect(operationOf(blocked).evidence).toMatchObject({
        at: expect.stringMatching(/\/init: kubeadm init \(attempt 3 of 3\)$/),
        error: 'KubeadmFailedError',
        message: 'kubeadm exited with 1',
      });
      expect(countCalls(world, 'runKubeadm')).toBe(3);
      world.failing.clear();
      const accepted = await applyCluster(env(), desiredCluster(name, 1, 1), { continueAsNewEveryPass });
      expect(accepted).toMatchObject({ result: 'resumed', operationId: `${name}-create-2` });
      const state = await untilState(env(), name, operationEnded);
      expect(operationOf(state).phase).toBe('Succeeded');
    });
  });

  test('is undone where that was asked for, and the entity closes', async () => {
    const world = createFakeWorld();
    world.failing.set('runKubeadm', kubeadmFailure);
    await withWorkers(env(), world, async () => {
      const name = `undone${suffix}`;
      await applyCluster(env(), desiredCluster(name, 1, 1), { onFailure: 'undo', continueAsNewEveryPass });
      expect(await clusterHandle(env(), name).result()).toEqual({ outcome: 'undone' });
      expect(countCalls(world, 'deleteInfrastructure')).toBe(1);
      expect(world.recorded.journal.find(({ id }) => id === `${name}-create-1/ended`)).toMatchObject({
        outcome: 'failed',
        evidence: 'kubeadm exited with 1',
      });
    });
  });

  test('is left as it stands where that was asked for; apply again goes on', async () => {
    const world = createFakeWorld();
    world.failing.set('runKubeadm', kubeadmFailure);
    await withWorkers(env(), world, async () => {
      const name = `retained${suffix}`;
      await applyCluster(env(), desiredCluster(name, 1, 0), { onFailure: 'retain', continueAsNewEveryPass });
      const failed = await untilState(env(), name, operationEnded);
      expect(failed.phase).toBe('Failed');
      expect(operationOf(failed)).toMatchObject({ phase: 'Failed', evidence: { error: 'KubeadmFailedError' } });
      expect(countCalls(world, 'deleteInfrastructure')).toBe(0);
      world.failing.clear();
      await applyCluster(env(), desiredCluster(name, 1, 0), { continueAsNewEveryPass });
      expect(operationOf(await untilState(env(), name, operationEnded)).phase).toBe('Succeeded');
    });
  });

  test('does not keep the cluster from being deleted', async () => {
    const world = createFakeWorld();
    world.failing.set('ensureNetwork', kubeadmFailure);
    await withWorkers(env(), world, async () => {
      const name = `given-up${suffix}`;
      await applyCluster(env(), desiredCluster(name, 1, 1), { continueAsNewEveryPass });
      await untilState(env(), name, isBlocked);
      await clusterHandle(env(), name).executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] });
      expect(await clusterHandle(env(), name).result()).toEqual({ outcome: 'deleted' });
    });
  });

  test('can be given up by cancelling what is blocked', async () => {
    const world = createFakeWorld();
    world.failing.set('ensureNetwork', kubeadmFailure);
    await withWorkers(env(), world, async () => {
      const name = `abandoned${suffix}`;
      const { operationId } = await applyCluster(env(), desiredCluster(name, 1, 0), { continueAsNewEveryPass });
      await untilState(env(), name, isBlocked);
      await clusterHandle(env(), name).executeUpdate(cancelUpdate, { args: [{ actor: 'tester', operationId }] });
      const state = await untilState(env(), name, operationEnded);
      expect(operationOf(state).phase).toBe('Cancelled');
      expect(operationOf(state).evidence?.error).toBe('KubeadmFailedError');
    });
  });
});

describe('what blocked it', () => {
  test('an address that could not be had blocks before anything is made', async () => {
    const world = createFakeWorld();
    world.failing.set('allocateCluster', () =>
      ApplicationFailure.create({ type: 'OwnedByAnotherError', message: 'no subnet is free', details: [{ attempt: 4 }] }),
    );
    await withWorkers(env(), world, async () => {
      await applyCluster(env(), desiredCluster('nowhere', 1, 0));
      const state = await untilState(env(), 'nowhere', isBlocked);
      expect(operationOf(state).evidence).toEqual({
        at: 'cluster/nowhere: allocating addresses and ports',
        error: 'OwnedByAnotherError',
        message: 'no subnet is free',
        attempts: 4,
      });
      expect(state.steps).toEqual([]);
    });
  });

  test('an activity whose worker fell silent is named with its timeout', async () => {
    const world = createFakeWorld();
    // Only the last attempt is silent: each silence costs a whole heartbeat timeout.
    world.failing.set('waitForSsh', ({ attempt }) => (attempt < 4 ? new Error('connection refused') : undefined));
    world.silent.add('waitForSsh');
    await withWorkers(env(), world, async () => {
      await applyCluster(env(), desiredCluster('silent', 1, 0));
      const state = await untilState(env(), 'silent', isBlocked, 40_000);
      expect(operationOf(state).evidence).toMatchObject({
        at: expect.stringMatching(/\/provision: SSH and containerd$/),
        error: 'TimeoutFailure',
        message: expect.stringMatching(/^timed out \(HEARTBEAT\)/),
        attempts: expect.any(Number),
      });
    });
  });
});
