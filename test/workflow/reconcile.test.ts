import { describe, expect, test } from 'vitest';
import type { ClusterState } from '../../domain/cluster-state.ts';
import { clusterWorkflow } from '../../workflows/cluster.ts';
import { clusterQuery, followSignal } from '../../workflows/messages.ts';
import { applyCluster, clusterHandle, countCalls, desiredCluster, operationEnded, operationOf, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld, kubeadmFailure, type FakeWorld } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

/** The entity goes while its first step runs: that step's report finds nobody. */
async function loseEntityDuring(world: FakeWorld, name: string, activity: string): Promise<ClusterState> {
  world.hanging.add(activity);
  await applyCluster(env(), desiredCluster(name, 1, 0));
  await expect.poll(() => countCalls(world, activity), { timeout: 30_000 }).toBe(1);
  const state = await clusterHandle(env(), name).query(clusterQuery);
  await clusterHandle(env(), name).terminate('the entity is lost');
  return state;
}

async function startAgain(name: string, state: ClusterState): Promise<void> {
  await env().client.workflow.start(clusterWorkflow, {
    workflowId: `cluster/${name}`,
    taskQueue: 'slipway',
    args: [{ name, state }],
  });
}

async function wasAskedToTell(stepId: string): Promise<boolean> {
  const { events } = await env().client.workflow.getHandle(stepId).fetchHistory();
  return events?.some(({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName === followSignal.name) === true;
}

describe('a report that nobody heard', () => {
  test('of a step that was done is asked for: the step does not run twice', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const state = await loseEntityDuring(world, 'deaf', 'ensureNetwork');
      world.hanging.clear();
      expect(await env().client.workflow.getHandle('cluster/deaf/infrastructure').result()).toMatchObject({ outcome: { kind: 'done' } });
      await startAgain('deaf', state);
      const ended = await untilState(env(), 'deaf', operationEnded);
      expect(operationOf(ended).phase).toBe('Succeeded');
      expect(ended.steps.find(({ kind }) => kind === 'EnsureInfrastructure')?.phases.map(({ name }) => name)).toContain('network');
      expect(countCalls(world, 'ensureNetwork')).toBe(1);
    });
  });

  test('of a step that was blocked is found with its evidence', async () => {
    const world = createFakeWorld();
    world.failing.set('ensureLoadBalancer', kubeadmFailure);
    await withWorkers(env(), world, async () => {
      const state = await loseEntityDuring(world, 'sad', 'ensureNetwork');
      world.hanging.clear();
      await env().client.workflow.getHandle('cluster/sad/infrastructure').result();
      await startAgain('sad', state);
      const blocked = await untilState(env(), 'sad', (now) => operationOf(now).phase === 'Blocked');
      expect(operationOf(blocked).evidence?.at).toBe('cluster/sad/infrastructure: load balancer');
    });
  });

  test('of a step that was terminated counts as cancelled: it is started again', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const state = await loseEntityDuring(world, 'again', 'ensureNetwork');
      await env().client.workflow.getHandle('cluster/again/infrastructure').terminate('gone too');
      world.hanging.clear();
      await startAgain('again', state);
      const ended = await untilState(env(), 'again', operationEnded);
      expect(operationOf(ended).phase).toBe('Succeeded');
      expect(ended.steps.find(({ kind }) => kind === 'EnsureInfrastructure')?.generation).toBe(2);
    });
  });

  test('of a step that still runs is asked for, and waited for', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      const state = await loseEntityDuring(world, 'slow', 'ensureNetwork');
      await startAgain('slow', state);
      await expect.poll(() => wasAskedToTell('cluster/slow/infrastructure'), { timeout: 30_000 }).toBe(true);
      world.hanging.clear();
      expect(operationOf(await untilState(env(), 'slow', operationEnded)).phase).toBe('Succeeded');
      expect(countCalls(world, 'ensureNetwork')).toBe(1);
    });
  });
});
