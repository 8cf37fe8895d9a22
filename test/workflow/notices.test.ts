import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { operationEnded, applyCluster, countCalls, desiredCluster, isBlocked, operationOf, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld, kubeadmFailure } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

describe.each([false, true])('telling people, continued as new at every pass: %s', (continueAsNewEveryPass) => {
  const suffix = continueAsNewEveryPass ? '-can' : '';

  test('of what is Blocked: once, and again only when it is Blocked again', async () => {
    const name = `told${suffix}`;
    const world = createFakeWorld();
    world.failing.set('runKubeadm', kubeadmFailure);
    await withWorkers(env(), world, async () => {
      const apply = () => applyCluster(env(), desiredCluster(name, 1, 0), { continueAsNewEveryPass });
      await apply();
      const blocked = await untilState(env(), name, ({ notices = [] }) => notices[0]?.delivery === 'delivered');
      expect(blocked.notices).toMatchObject([{ kind: 'Blocked', subject: `${name}-create-1`, reasons: expect.arrayContaining(['KubeadmFailedError: kubeadm exited with 1']) }]);
      await apply();
      const again = await untilState(env(), name, (state) => isBlocked(state) && state.notices?.[0]?.subject === `${name}-create-2` && state.notices[0].delivery === 'delivered');
      expect(again.notices).toHaveLength(1);
      world.failing.clear();
      await apply();
      expect((await untilState(env(), name, operationEnded)).notices).toBeUndefined();
      expect(world.told.map(({ subject }) => subject)).toEqual([`${name}-create-1`, `${name}-create-2`]);
      expect(countCalls(world, 'sendNotice')).toBe(2);
    });
  });

  test('never keeps the cluster waiting, and says where nobody could be told', async () => {
    const name = `deaf${suffix}`;
    const world = createFakeWorld();
    world.failing.set('runKubeadm', kubeadmFailure);
    world.hanging.add('sendNotice');
    await withWorkers(env(), world, async () => {
      const apply = () => applyCluster(env(), desiredCluster(name, 1, 0), { continueAsNewEveryPass });
      await apply();
      await untilState(env(), name, isBlocked);
      await expect.poll(() => countCalls(world, 'sendNotice'), { timeout: 90_000 }).toBe(1);
      world.failing.set('sendNotice', () => ApplicationFailure.nonRetryable('the webhook answered 404'));
      await apply();
      const failed = await untilState(env(), name, ({ notices = [] }) => notices[0]?.delivery === 'failed');
      expect(failed.notices).toMatchObject([{ subject: `${name}-create-2`, problem: 'the webhook answered 404' }]);
      world.failing.clear();
      await apply();
      expect(operationOf(await untilState(env(), name, operationEnded)).phase).toBe('Succeeded');
      world.hanging.clear();
      await expect.poll(() => world.told.length, { timeout: 90_000 }).toBe(1);
    });
  });
});
