import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { currentOperation } from '../../domain/cluster-state.ts';
import { deleteUpdate } from '../../workflows/messages.ts';
import { applyCluster, clusterHandle, desiredCluster, operationEnded, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld } from './fake-activities.ts';
import { startTemporal } from './temporal.ts';

/** What people do in Temporal's Web UI, and what lost or doubled entities leave behind. */

let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await startTemporal();
}, 60_000);
afterAll(() => env.teardown());

const called = (world: { readonly calls: readonly { activity: string }[] }, activity: string) =>
  world.calls.filter((call) => call.activity === activity).length;

test('a step that is terminated blocks the operation, and a delete does not wait for it', async () => {
  const world = createFakeWorld();
  world.hanging.add('waitForSsh');
  await withWorkers(env, world, async () => {
    await applyCluster(env, desiredCluster('cut', 1, 0));
    const state = await untilState(env, 'cut', () => called(world, 'waitForSsh') === 1);
    const [machine] = state.machines;
    await env.client.workflow.getHandle(`cluster/cut/machine/${machine?.name}/provision`).terminate();
    const blocked = await untilState(env, 'cut', ({ operations }) => operations.at(-1)?.phase === 'Blocked');
    expect(currentOperation(blocked)?.evidence).toMatchObject({ error: 'StepTerminatedError' });
    await clusterHandle(env, 'cut').executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] });
    expect(await clusterHandle(env, 'cut').result()).toEqual({ outcome: 'deleted' });
  });
}, 60_000);

test('a step that a lost entity left behind is stopped before its successor starts', async () => {
  const world = createFakeWorld();
  world.hanging.add('ensureNetwork');
  await withWorkers(env, world, async () => {
    const desired = desiredCluster('left', 1, 0);
    const identity = { installation: 'test', name: 'left', uid: 'uid-left' };
    const allocation = { host: 'local', subnet: '172.30.7.0/24', gateway: '172.30.7.1', loadBalancerAddress: '172.30.7.2', apiServerHostPort: 22001 };
    const stepId = 'cluster/left/infrastructure';
    const earlier = await env.client.workflow.start('ensureInfrastructure', {
      workflowId: stepId,
      taskQueue: 'slipway',
      args: [{ stepId, generation: 99, identity, host: 'local', desired, allocation, machines: [] }],
    });
    await applyCluster(env, desired);
    expect(await earlier.result()).toMatchObject({ outcome: { kind: 'cancelled' } });
    world.hanging.clear();
    expect(currentOperation(await untilState(env, 'left', operationEnded))?.phase).toBe('Succeeded');
  });
}, 60_000);

test('a cancel of the entity cancels what it does; it lives on', async () => {
  const world = createFakeWorld();
  world.hanging.add('waitForSsh');
  await withWorkers(env, world, async () => {
    await applyCluster(env, desiredCluster('kept', 1, 0));
    await untilState(env, 'kept', () => called(world, 'waitForSsh') === 1);
    await clusterHandle(env, 'kept').cancel();
    expect(currentOperation(await untilState(env, 'kept', operationEnded))?.phase).toBe('Cancelled');
    world.hanging.clear();
    await applyCluster(env, desiredCluster('kept', 1, 0));
    expect(currentOperation(await untilState(env, 'kept', operationEnded))?.phase).toBe('Succeeded');
  });
}, 60_000);

test('a record that the store refuses for good blocks, and undoes nothing; the next version is offered again', async () => {
  const world = createFakeWorld();
  world.failing.set('recordCluster', () => ApplicationFailure.create({ type: 'RecordConflictError', message: 'two writers' }));
  await withWorkers(env, world, async () => {
    await applyCluster(env, desiredCluster('twice', 1, 0), { onFailure: 'undo' });
    const blocked = await untilState(env, 'twice', ({ operations }) => operations.at(-1)?.phase === 'Blocked');
    expect(currentOperation(blocked)?.evidence).toMatchObject({ error: 'RecordConflictError', message: 'two writers' });
    expect(called(world, 'ensureNetwork')).toBe(0);
    world.failing.clear();
    await applyCluster(env, desiredCluster('twice', 1, 0));
    expect(currentOperation(await untilState(env, 'twice', operationEnded))?.phase).toBe('Succeeded');
  });
}, 60_000);

test('a delete is not blocked by the allocation that it interrupted', async () => {
  const world = createFakeWorld();
  world.hanging.add('allocateCluster');
  await withWorkers(env, world, async () => {
    await applyCluster(env, desiredCluster('early', 1, 0));
    await untilState(env, 'early', () => called(world, 'allocateCluster') === 1);
    await clusterHandle(env, 'early').executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] });
    world.failing.set('claimSshPorts', () => ApplicationFailure.nonRetryable('no port is free', 'AllocationError'));
    world.hanging.clear();
    expect(await clusterHandle(env, 'early').result()).toEqual({ outcome: 'deleted' });
    expect(called(world, 'claimSshPorts')).toBe(1);
  });
}, 60_000);

test('the infrastructure step ends only when all of its work has', async () => {
  const world = createFakeWorld();
  world.hanging.add('ensureNetwork');
  world.failing.set('ensureClusterSecrets', () => ApplicationFailure.nonRetryable('no key', 'SecretBoxError'));
  await withWorkers(env, world, async () => {
    await applyCluster(env, desiredCluster('whole', 1, 0));
    await untilState(env, 'whole', () => called(world, 'ensureClusterSecrets') === 1 && called(world, 'ensureNetwork') === 1);
    const [infrastructure] = (await clusterHandle(env, 'whole').query<{ steps: readonly { state: string }[] }>('cluster')).steps;
    expect(infrastructure?.state).toBe('Running');
    world.hanging.clear();
    const blocked = await untilState(env, 'whole', ({ operations }) => operations.at(-1)?.phase === 'Blocked');
    expect(currentOperation(blocked)?.evidence).toMatchObject({ error: 'SecretBoxError' });
    expect(called(world, 'ensureLoadBalancer')).toBe(1);
  });
}, 60_000);
