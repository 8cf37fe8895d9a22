import { Worker } from '@temporalio/worker';
import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../domain/journal.ts';
import { ActivityGuard } from '../../workers/activity-interceptor.ts';
import { controlTaskQueue, hostTaskQueue } from '../../workflows/contracts.ts';
import { retriedSignal } from '../../workflows/messages.ts';
import { applyCluster, desiredCluster, isBlocked, operationEnded, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld, kubeadmFailure, type FakeWorld } from './fake-activities.ts';
import { useTemporal, workflowBundle } from './temporal.ts';

const { env } = useTemporal();

const attemptsOf = (world: FakeWorld, action: string): readonly (number | undefined)[] =>
  world.recorded.journal.filter((entry: JournalEntry) => entry.action === action).map(({ attempts }) => attempts);

describe('how often a step was tried stands in the journal', () => {
  test('once, where nothing failed, with what it did one after the other', async () => {
    const world = createFakeWorld();
    await withWorkers(env(), world, async () => {
      await applyCluster(env(), desiredCluster('smooth', 1, 0));
      await untilState(env(), 'smooth', operationEnded);
      await expect.poll(() => attemptsOf(world, 'InitControlPlane')).toEqual([1]);
      const init = world.recorded.journal.find(({ action }) => action === 'InitControlPlane');
      expect(init?.phases?.map(({ name }) => name)).toEqual(expect.arrayContaining(['kubeadm init', 'Node ready']));
    });
  });

  test('as often as kubeadm was run', async () => {
    const world = createFakeWorld();
    world.failing.set('runKubeadm', kubeadmFailure);
    await withWorkers(env(), world, async () => {
      await applyCluster(env(), desiredCluster('rerun', 1, 0));
      await untilState(env(), 'rerun', isBlocked);
      await expect.poll(() => attemptsOf(world, 'InitControlPlane')).toEqual([3]);
    });
  });

  test('as often as the worker says that an activity was tried', async () => {
    const world = createFakeWorld();
    world.hanging.add('waitForSsh');
    await withWorkers(env(), world, async () => {
      await applyCluster(env(), desiredCluster('patient', 1, 0));
      const state = await untilState(env(), 'patient', ({ steps }) => steps.some(({ kind }) => kind === 'ProvisionMachine'));
      const step = state.steps.find(({ kind }) => kind === 'ProvisionMachine');
      await expect.poll(() => world.calls.some(({ activity }) => activity === 'waitForSsh')).toBe(true);
      const handle = env().client.workflow.getHandle(step?.id ?? '');
      await handle.signal(retriedSignal, { attempt: 4 });
      await handle.signal(retriedSignal, { attempt: 2 });
      world.hanging.clear();
      await untilState(env(), 'patient', operationEnded);
      await expect.poll(() => attemptsOf(world, 'ProvisionMachine')).toEqual([4]);
    });
  });

  test('as the real worker tells it, of an activity that failed twice and then did its work', async () => {
    const world = createFakeWorld();
    world.failing.set('waitForSsh', ({ attempt }) => (attempt < 3 ? new Error('connection refused') : undefined));
    const interceptors = { activity: [(context: ConstructorParameters<typeof ActivityGuard>[0]) => ({ inbound: new ActivityGuard(context) })] };
    const common = { connection: env().nativeConnection, shutdownGraceTime: '1 second', interceptors } as const;
    const [control, host] = await Promise.all([
      Worker.create({ ...common, workflowBundle: workflowBundle(), taskQueue: controlTaskQueue, activities: world.control }),
      Worker.create({ ...common, workflowBundle: workflowBundle(), taskQueue: hostTaskQueue('local'), activities: world.host }),
    ]);
    await control.runUntil(() =>
      host.runUntil(async () => {
        await applyCluster(env(), desiredCluster('guarded', 1, 0));
        await untilState(env(), 'guarded', operationEnded);
        await expect.poll(() => attemptsOf(world, 'ProvisionMachine')).toEqual([3]);
        await expect.poll(() => attemptsOf(world, 'InitControlPlane')).toEqual([1]);
      }),
    );
  });
});
