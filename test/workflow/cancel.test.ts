import { describe, expect, test } from 'vitest';
import { cancelUpdate, deleteUpdate } from '../../workflows/messages.ts';
import { applyCluster, clusterHandle, countCalls, desiredCluster, operationEnded, operationOf, refusedAs, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();
const cancel = (name: string, operationId: string) =>
  clusterHandle(env(), name).executeUpdate(cancelUpdate, { args: [{ actor: 'tester', operationId }] });

describe.each([false, true])('cancel, continued as new at every pass: %s', (continueAsNewEveryPass) => {
  const suffix = continueAsNewEveryPass ? '-can' : '';

  test('leaves what exists; apply goes on from there', async () => {
    const world = createFakeWorld();
    world.hanging.add('waitForSsh');
    await withWorkers(env(), world, async () => {
      const name = `stopped${suffix}`;
      const { operationId } = await applyCluster(env(), desiredCluster(name, 1, 1), { continueAsNewEveryPass });
      await expect.poll(() => countCalls(world, 'waitForSsh'), { timeout: 90_000 }).toBe(2);
      await cancel(name, operationId);
      const state = await untilState(env(), name, operationEnded);
      expect(operationOf(state).phase).toBe('Cancelled');
      expect(countCalls(world, 'deleteInfrastructure')).toBe(0);
      world.hanging.clear();
      await applyCluster(env(), desiredCluster(name, 1, 1), { continueAsNewEveryPass });
      expect(operationOf(await untilState(env(), name, operationEnded)).phase).toBe('Succeeded');
    });
  });

  test('of a create that is undone when it fails removes what it made', async () => {
    const world = createFakeWorld();
    world.hanging.add('waitForSsh');
    await withWorkers(env(), world, async () => {
      const name = `taken-back${suffix}`;
      const { operationId } = await applyCluster(env(), desiredCluster(name, 1, 0), { onFailure: 'undo', continueAsNewEveryPass });
      await expect.poll(() => countCalls(world, 'waitForSsh'), { timeout: 90_000 }).toBe(1);
      await cancel(name, operationId);
      expect(await clusterHandle(env(), name).result()).toEqual({ outcome: 'undone' });
    });
  });
});

describe('cancel is refused', () => {
  test('of an operation that nobody knows, that has ended, or that removes the cluster', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const { operationId } = await applyCluster(env(), desiredCluster('sure', 1, 0));
      await expect(cancel('sure', 'sure-create-9')).rejects.toMatchObject(refusedAs('NotFound', 'sure-create-9'));
      await untilState(env(), 'sure', operationEnded);
      await expect(cancel('sure', operationId)).rejects.toMatchObject(refusedAs('Conflict', 'Succeeded'));
      world.hanging.add('deleteInfrastructure');
      const removal = await clusterHandle(env(), 'sure').executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] });
      await expect(cancel('sure', removal.operationId)).rejects.toMatchObject(refusedAs('Conflict', 'removing the cluster'));
    });
  });
});
