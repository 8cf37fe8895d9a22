import { expect, test } from 'vitest';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { applyCluster, countCalls, desiredCluster, operationEnded, operationOf, positions, untilState, withWorkers } from './cluster-fixture.ts';
import { createFakeWorld } from './fake-activities.ts';
import { useTemporal } from './temporal.ts';

const { env } = useTemporal();

const resourceSets: DesiredCluster['resourceSets'] = ['first', 'second'].map((name) => ({
  name,
  strategy: 'ApplyOnce',
  resources: [{ kind: 'ConfigMap', name, content: { ref: `uid/${name}` } }],
}));

test.each([undefined, 'provided'] as const)('sets are applied once the API server answers, after the network that Slipway brings or not: %s', async (networkAddon) => {
  const world = createFakeWorld();
  await withWorkers(env(), world, async () => {
    const name = `sets-${networkAddon ?? 'own'}`;
    const desired = { ...desiredCluster(name, 1, 1), resourceSets, ...(networkAddon === undefined ? {} : { networkAddon }) };
    await applyCluster(env(), desired);
    const state = await untilState(env(), name, operationEnded);
    expect(operationOf(state).phase).toBe('Succeeded');
    expect(countCalls(world, 'installNetworkAddon')).toBe(networkAddon === undefined ? 1 : 0);
    expect(countCalls(world, 'applyResourceSet')).toBe(2);
    const [api = 0] = positions(world, 'waitForApiServer');
    const order = [api, ...positions(world, 'installNetworkAddon'), ...positions(world, 'applyResourceSet')];
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
});

test('images are loaded into a Machine before kubeadm runs on it, where there are any', async () => {
  const world = createFakeWorld();
  await withWorkers(env(), world, async () => {
    const plain = desiredCluster('preload', 1, 1);
    const infrastructure = { extraMounts: [], preLoadImages: ['nginx'] };
    const desired = { ...plain, machineDeployments: plain.machineDeployments.map((deployment) => ({ ...deployment, infrastructure })) };
    await applyCluster(env(), desired);
    await untilState(env(), 'preload', operationEnded);
    const loaded = world.calls.filter(({ activity }) => activity === 'loadImages');
    expect(loaded.map(({ machine }) => machine)).toEqual([expect.stringMatching(/^preload-md-0-/)]);
    const [joined = 0] = world.calls.flatMap(({ stage }, index) => (stage === 'join' ? [index] : []));
    expect(positions(world, 'loadImages')[0]).toBeLessThan(joined);
  });
});
