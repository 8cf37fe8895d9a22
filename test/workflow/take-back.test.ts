import { expect, test } from 'vitest';
import { z } from 'zod';
import { currentOperation } from '../../domain/cluster-state.ts';
import { resumeUpdate, scaleUpdate } from '../../workflows/messages.ts';
import { clusterHandle, isBlocked, operationEnded, operationOf, untilState } from './cluster-fixture.ts';
import { createSimulatedWorld, simulatedDesired } from './simulated-world.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

const app = { app: 'web' };
const budget = (name: string) => ({ kind: 'PodDisruptionBudget' as const, namespace: 'default', name, selector: app, maxUnavailable: 1 });
const deployment = { kind: 'Deployment' as const, namespace: 'default', name: 'web', replicas: 6, labels: app, emptyDir: false, graceSeconds: 1 };

test('a removal whose drain can never end is taken back by an abort, and a later one goes through', async () => {
  const world = await createSimulatedWorld(env());
  await world.withWorkers(async () => {
    const name = 'sim-back';
    const desired = simulatedDesired(name, 1, 3);
    await world.apply(desired);
    const before = await untilState(env(), name, operationEnded);
    const { uid } = before.identity;
    const apply = (...objects: (typeof deployment | ReturnType<typeof budget>)[]) => world.client.call('apply', { cluster: uid, objects }, { signal: AbortSignal.timeout(5000), answer: z.unknown() });
    const unschedulable = async () => (await world.read(uid)).nodes.filter((node) => node['unschedulable'] === true).map((node) => node.name);
    const scale = (replicas: number) =>
      clusterHandle(env(), name).executeUpdate(scaleUpdate, { args: [{ owner: { role: 'worker', name: desired.machineDeployments[0]?.name ?? '' }, replicas, actor: 'tester' }] });
    await apply(deployment, budget('first'), budget('second'));

    await scale(2);
    const blocked = await untilState(env(), name, isBlocked);
    expect(operationOf(blocked).evidence).toMatchObject({ phase: 'drain', error: 'DrainImpossibleError' });
    const [leaving] = blocked.machines.filter(({ phase }) => phase === 'Deleting');
    expect(await unschedulable()).toEqual([leaving?.name]);

    const { operationId } = await clusterHandle(env(), name).executeUpdate(resumeUpdate, { args: [{ how: 'abort', actor: 'tester', reason: 'the budgets are wrong' }] });
    const back = await untilState(env(), name, (state) => currentOperation(state)?.id === operationId && operationEnded(state));
    expect(operationOf(back)).toMatchObject({ phase: 'Succeeded' });
    expect(back.machines.map((machine) => [machine.name, machine.phase])).toEqual(before.machines.map((machine) => [machine.name, 'Running']));
    expect(back.desired).toEqual(before.desired);
    expect(await unschedulable()).toEqual([]);

    // A person's cordon is left as it is.
    const [kept] = back.machines.filter(({ role }) => role === 'worker').toSorted((a, b) => (a.uid < b.uid ? -1 : 1));
    await world.client.call('cordonNode', { cluster: uid, node: kept?.name ?? '', unschedulable: true }, { signal: AbortSignal.timeout(5000), answer: z.unknown() });
    await scale(2);
    const again = await untilState(env(), name, isBlocked);
    expect(again.machines.find((machine) => machine.name === kept?.name)?.phase).toBe('Deleting');
    await clusterHandle(env(), name).executeUpdate(resumeUpdate, { args: [{ how: 'abort', actor: 'tester' }] });
    await untilState(env(), name, (state) => operationEnded(state) && operationOf(state).phase === 'Succeeded');
    expect(await unschedulable()).toEqual([kept?.name]);

    // One budget alone lets its Pods go one by one.
    await apply({ ...budget('second'), selector: { app: 'none' } });
    const { operationId: last } = await scale(2);
    const state = await untilState(env(), name, (seen) => currentOperation(seen)?.id === last && operationEnded(seen));
    expect(operationOf(state)).toMatchObject({ phase: 'Succeeded' });
    expect((await world.read(uid)).machines).toHaveLength(3);
  });
});
