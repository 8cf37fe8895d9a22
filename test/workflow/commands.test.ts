import { describe, expect, test } from 'vitest';
import { clusterQuery, deleteUpdate } from '../../workflows/messages.ts';
import { applyCluster, clusterHandle, countCalls, desiredCluster, operationEnded, refusedAs, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

describe('apply', () => {
  test('of the same manifest is the same cluster, an older version is refused by field, other replicas are a change', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      await applyCluster(env(), desiredCluster('same', 1, 1));
      await untilState(env(), 'same', operationEnded);
      expect(await applyCluster(env(), desiredCluster('same', 1, 1))).toMatchObject({ result: 'unchanged', operationId: 'same-create-1' });
      const desired = desiredCluster('same', 1, 1);
      const older = { ...desired, controlPlane: { ...desired.controlPlane, version: 'v1.33.5' } };
      await expect(applyCluster(env(), older)).rejects.toMatchObject(refusedAs('ChangeNotSupported', 'spec.version'));
      expect(await applyCluster(env(), desiredCluster('same', 1, 2))).toMatchObject({ result: 'started', operationId: 'same-apply-2', revision: 2 });
      const state = await untilState(env(), 'same', operationEnded);
      expect(state.machines).toHaveLength(3);
    });
  });

  // Temporal takes ten updates of a workflow at a time.
  test('twelve times at once is one create, and everybody is answered', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const answers = await Promise.all(Array.from({ length: 12 }, () => applyCluster(env(), desiredCluster('crowd', 1, 1))));
      expect(new Set(answers.map(({ operationId }) => operationId))).toEqual(new Set(['crowd-create-1']));
      expect(answers.filter(({ result }) => result === 'started')).toHaveLength(1);
      expect(answers.filter(({ result }) => result === 'attached' || result === 'unchanged')).toHaveLength(11);
      await untilState(env(), 'crowd', operationEnded);
      expect(countCalls(world, 'allocateCluster')).toBe(1);
    });
  });

  test('is accepted while no worker of the host is there; the create goes on when it comes', async () => {
    const world = createFakeWorld();
    world.hanging.add('allocateCluster');
    await withWorkers(env(), world, async () => {
      await applyCluster(env(), desiredCluster('patient', 1, 0));
      await expect.poll(() => countCalls(world, 'allocateCluster'), { timeout: 90_000 }).toBe(1);
    });
    world.hanging.clear();
    await withWorkers(env(), world, async () => {
      await untilState(env(), 'patient', operationEnded);
      expect(countCalls(world, 'runKubeadm')).toBe(1);
    });
  });
});

describe('an entity that accepted nothing', () => {
  test('knows no cluster, and closes itself', async () => {
    await withWorkers(env(), createFakeWorld(), async () => {
      const handle = await env().client.workflow.start('clusterWorkflow', {
        workflowId: 'cluster/nobody',
        taskQueue: 'slipway',
        args: [{ name: 'nobody' }],
      });
      await expect(handle.query(clusterQuery)).rejects.toThrow('cluster nobody does not exist');
      await expect(clusterHandle(env(), 'nobody').executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] })).rejects.toMatchObject(refusedAs('NotFound'));
      expect(await handle.result()).toEqual({ outcome: 'refused' });
    });
  });
});
