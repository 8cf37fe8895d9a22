import { expect, test } from 'vitest';
import { z } from 'zod';
import { deleteUpdate } from '../../workflows/messages.ts';
import { clusterHandle, operationEnded, operationOf, untilState } from './cluster-fixture.ts';
import { createSimulatedWorld, simulatedDesired } from './simulated-world.ts';
import { useTemporal } from './temporal.ts';
import { startWriting } from './write-sequence.ts';

const { env } = useTemporal();

test('a simulated cluster of 3 + 3 is created by the real workflows and activities, and deleted', async () => {
  const world = await createSimulatedWorld(env());
  await world.withWorkers(async () => {
    await world.apply(simulatedDesired('sim-ha'));
    const state = await untilState(env(), 'sim-ha', operationEnded);
    expect(operationOf(state)).toMatchObject({ phase: 'Succeeded' });
    expect(state.machines.map(({ phase }) => phase)).toEqual(Array(6).fill('Running'));

    const held = await world.read(state.identity.uid);
    const names = state.machines.map(({ name }) => name).toSorted();
    expect(held.machines.map(({ name }) => name).toSorted()).toEqual(names);
    expect(held.nodes.map(({ name, ready }) => `${name} ${ready}`).toSorted()).toEqual(names.map((name) => `${name} True`));
    const controlPlanes = state.machines.filter(({ role }) => role === 'control-plane').map(({ name }) => name);
    expect(held.etcd.members.map(({ name, learner }) => `${name} ${learner}`).toSorted()).toEqual(controlPlanes.map((name) => `${name} false`).toSorted());
    expect(held.workloads.applied.some((applied) => applied.startsWith('DaemonSet/'))).toBe(true);

    await clusterHandle(env(), 'sim-ha').executeUpdate(deleteUpdate, { args: [{ actor: 'tester' }] });
    expect(await clusterHandle(env(), 'sim-ha').result()).toEqual({ outcome: 'deleted' });
    await expect(world.read(state.identity.uid)).rejects.toThrow('has been deleted');
  });
});

test('a learner that never catches up blocks the create after its tries, with what kubeadm said; the first member still serves', async () => {
  const world = await createSimulatedWorld(env(), 1000);
  await world.withWorkers(async () => {
    await world.apply(simulatedDesired('sim-slow', 3, 0));
    await untilState(env(), 'sim-slow', ({ machines }) => machines.length === 3);
    const [first] = (await untilState(env(), 'sim-slow', ({ machines }) => machines.some(({ phase }) => phase === 'Bootstrapping'))).machines;
    const { uid } = (await untilState(env(), 'sim-slow', () => true)).identity;
    const fault = { cluster: uid, id: 'stuck', operation: 'kubeadm/etcd-promote', effect: { kind: 'hang' as const }, times: 'always' as const };
    await world.client.call('control/addFault', fault, { signal: AbortSignal.timeout(5000), answer: z.unknown() });
    const state = await untilState(env(), 'sim-slow', (seen) => operationOf(seen).phase === 'Blocked');
    expect(operationOf(state).evidence?.message).toContain('error execution phase etcd-promote: timed out');
    const { etcd } = await world.read(uid);
    expect(etcd.members.filter(({ learner }) => learner).length).toBeLessThanOrEqual(1);
    expect(etcd.members.some(({ name }) => name === first?.name)).toBe(true);
  });
});

test('1 → 3 → 5 → 3 → 1: no acknowledged write is lost, and at rest the voters are the Machines', async () => {
  const world = await createSimulatedWorld(env(), 20);
  await world.withWorkers(async () => {
    await world.apply(simulatedDesired('sim-scale', 1, 0));
    const { uid } = (await untilState(env(), 'sim-scale', operationEnded)).identity;
    const writing = startWriting((key) =>
      world.client.call('control/write', { cluster: uid, key, value: key }, { signal: AbortSignal.timeout(5000), answer: z.unknown() }),
    );
    for (const replicas of [3, 5, 3, 1]) {
      const { operationId } = await world.apply(simulatedDesired('sim-scale', replicas, 0));
      const state = await untilState(env(), 'sim-scale', (seen) => operationOf(seen).id === operationId && operationEnded(seen));
      expect(operationOf(state).phase).toBe('Succeeded');
      const { etcd, machines } = await world.read(uid);
      expect(etcd.members.map(({ name, learner }) => `${name} ${learner}`).toSorted()).toEqual(machines.map(({ name }) => `${name} false`).toSorted());
      expect(etcd.members).toHaveLength(replicas);
    }
    const { acknowledged, refused } = await writing.stop();
    const { etcd } = await world.read(uid);
    expect(acknowledged.filter((key) => etcd.values[key] !== key)).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(20);
    // Of 20 ms each, at twenty times real time: an election or two each way, and the checks of the load balancer.
    expect(refused / acknowledged.length).toBeLessThan(0.5);
  });
});
