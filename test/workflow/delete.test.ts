import { describe, expect, test } from 'vitest';
import { deleteUpdate } from '../../workflows/messages.ts';
import { applyCluster, clusterHandle, countCalls, desiredCluster, isBlocked, operationEnded, operationOf, positions, refusedAs, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld, kubeadmFailure } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();
const remove = (name: string) => clusterHandle(env(), name).executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] });

describe.each([false, true])('delete, continued as new at every pass: %s', (continueAsNewEveryPass) => {
  const suffix = continueAsNewEveryPass ? '-can' : '';

  test('during create stops the steps first, then removes: tombstone, infrastructure, secrets', async () => {
    const world = createFakeWorld();
    world.hanging.add('waitForSsh');
    await withWorkers(env(), world, async () => {
      const name = `gone${suffix}`;
      await applyCluster(env(), desiredCluster(name, 1, 2), { continueAsNewEveryPass });
      await expect.poll(() => countCalls(world, 'waitForSsh'), { timeout: 90_000 }).toBe(3);
      const handle = clusterHandle(env(), name);
      await remove(name);
      expect(await handle.result()).toEqual({ outcome: 'deleted' });
      const removal = world.calls.map((call) => call.activity).filter((activity) => /^(delete|mark)/.test(activity));
      expect(removal).toEqual(['markClusterDeleted', 'deleteInfrastructure', 'deleteClusterSecrets']);
      expect(Math.max(...positions(world, 'waitForSsh'))).toBeLessThan(Math.min(...positions(world, 'markClusterDeleted')));
    });
  });

  test('during create wins even where a step fails instead of being cancelled', async () => {
    const world = createFakeWorld();
    world.hanging.add('waitForSsh');
    await withWorkers(env(), world, async () => {
      const name = `torn${suffix}`;
      await applyCluster(env(), desiredCluster(name, 1, 1), { continueAsNewEveryPass });
      await expect.poll(() => countCalls(world, 'waitForSsh'), { timeout: 90_000 }).toBe(2);
      const handle = clusterHandle(env(), name);
      const [step] = (await untilState(env(), name, ({ steps }) => steps.some(({ kind }) => kind === 'ProvisionMachine'))).steps.filter(
        ({ kind }) => kind === 'ProvisionMachine',
      );
      // As if it had failed in the moment in which it was told to stop.
      const outcome = { kind: 'blocked', evidence: { at: step?.id ?? '', error: 'SshError', message: 'gone', attempts: 1 } } as const;
      const late = { stepId: step?.id ?? '', generation: step?.generation ?? 0, outcome, phases: [] };
      await remove(name);
      await handle.signal('stepReport', late);
      expect(await handle.result()).toEqual({ outcome: 'deleted' });
    });
  });

  test('asked for twice is one removal', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const name = `twice${suffix}`;
      await applyCluster(env(), desiredCluster(name, 1, 0), { continueAsNewEveryPass });
      await untilState(env(), name, operationEnded);
      world.hanging.add('deleteInfrastructure');
      const handle = clusterHandle(env(), name);
      const first = await remove(name);
      await expect.poll(() => countCalls(world, 'deleteInfrastructure'), { timeout: 90_000 }).toBe(1);
      const second = await remove(name);
      expect([first, second]).toMatchObject([
        { result: 'started', operationId: `${name}-delete-2` },
        { result: 'attached', operationId: `${name}-delete-2` },
      ]);
      await expect(applyCluster(env(), desiredCluster(name, 1, 0))).rejects.toMatchObject(refusedAs('Conflict', 'is being deleted'));
      world.hanging.clear();
      expect(await handle.result()).toEqual({ outcome: 'deleted' });
      expect(countCalls(world, 'markClusterDeleted')).toBe(1);
    });
  });

  test('that fails waits for a person; asked for again it goes on', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const name = `stuck${suffix}`;
      await applyCluster(env(), desiredCluster(name, 1, 0), { continueAsNewEveryPass });
      await untilState(env(), name, operationEnded);
      world.failing.set('deleteInfrastructure', kubeadmFailure);
      const handle = clusterHandle(env(), name);
      await remove(name);
      const blocked = await untilState(env(), name, isBlocked);
      expect(operationOf(blocked)).toMatchObject({ verb: 'delete', evidence: { at: `cluster/${name}/delete: machines, network and volumes` } });
      world.failing.clear();
      expect(await remove(name)).toMatchObject({ result: 'started' });
      expect(await handle.result()).toEqual({ outcome: 'deleted' });
    });
  });
});
