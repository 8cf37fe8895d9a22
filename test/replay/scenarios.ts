import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { deleteUpdate } from '../../workflows/messages.ts';
import { applyCluster, clusterHandle, desiredCluster, operationEnded, untilState, withWorkers } from '../workflow/cluster-fixture.ts';
import { createFakeWorld, kubeadmFailure } from '../workflow/fake-activities.ts';

/** What is recorded: between them, every workflow type of a cluster's life and every way out of it. */
export const scenarios: Readonly<Record<string, (env: TestWorkflowEnvironment) => Promise<void>>> = {
  'create-3-1': async (env) => {
    await withWorkers(env, createFakeWorld(), async () => {
      await applyCluster(env, desiredCluster('ha', 3, 1));
      await untilState(env, 'ha', operationEnded);
      await removeCluster(env, 'ha');
    });
  },
  'continue-as-new': async (env) => {
    await withWorkers(env, createFakeWorld(), async () => {
      await applyCluster(env, desiredCluster('runs', 1, 1), { continueAsNewEveryPass: true });
      await untilState(env, 'runs', operationEnded);
      await removeCluster(env, 'runs');
    });
  },
  'kubeadm-fails-once': async (env) => {
    const world = createFakeWorld();
    let runs = 0;
    world.failing.set('runKubeadm', () => {
      runs += 1;
      return runs === 2 ? kubeadmFailure() : undefined;
    });
    await withWorkers(env, world, async () => {
      await applyCluster(env, desiredCluster('flaky', 3, 0));
      await untilState(env, 'flaky', operationEnded);
      await removeCluster(env, 'flaky');
    });
  },
  'blocked-and-undone': async (env) => {
    const world = createFakeWorld();
    world.failing.set('runKubeadm', kubeadmFailure);
    await withWorkers(env, world, async () => {
      await applyCluster(env, desiredCluster('undone', 1, 1), { onFailure: 'undo' });
      await clusterHandle(env, 'undone').result();
    });
  },
  'deleted-while-created': async (env) => {
    const world = createFakeWorld();
    world.hanging.add('waitForSsh');
    await withWorkers(env, world, async () => {
      await applyCluster(env, desiredCluster('gone', 1, 1));
      await untilState(env, 'gone', () => world.calls.filter((call) => call.activity === 'waitForSsh').length === 2);
      await removeCluster(env, 'gone');
    });
  },
};

async function removeCluster(env: TestWorkflowEnvironment, name: string): Promise<void> {
  const handle = clusterHandle(env, name);
  await handle.executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] });
  await handle.result();
}
