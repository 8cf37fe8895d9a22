import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeStaticPodsOfLostNodes } from '../../../activities/kubernetes/lost-static-pods.ts';
import { addonsToCome } from '../../../domain/addon-rollout.ts';
import type { BootstrapRole, KubeadmStage } from '../../../domain/kubeadm/scripts.ts';
import type { Machine } from '../../../domain/machine.ts';
import { releaseOf, versions } from '../../../node-image/versions.mjs';
import type { ContractWorld } from './world.ts';

const quiet = (): void => undefined;
const etcdOf = (version: string): string => releaseOf(version).etcd.slice(1);
const reference = ({ name, uid }: Machine) => ({ machine: name, machineUid: uid });
const older = 'v1.33.13';
const newer = versions.kubernetes;

/**
 * What Machines of two minor versions make of each other (docs/upgrade-facts.md), as one story of one
 * cluster: each test goes on where the one before it ended.
 */
export function describeUpgrade(create: () => Promise<ContractWorld>): void {
  let world: ContractWorld;
  let old: Machine;
  let next: Machine;
  let worker: Machine;

  beforeAll(async () => {
    world = await create();
    const { provider, scope, apiServerPort, signal } = world;
    await provider.ensureLoadBalancer({ ...scope, apiServerPort }, signal);
    old = { ...(await world.name('cp-1', 'control-plane')), version: older };
    next = { ...(await world.name('cp-2', 'control-plane')), version: newer };
    worker = { ...(await world.name('w-1', 'worker')), version: older };
    await Promise.all([old, next, worker].map((machine) => world.provision(machine)));
    await serve(old);
    await join(old, 'init', ['init']);
    while (!(await world.workload.isReady(world.access, world.signal))) await delay(100, undefined, { signal: world.signal });
    await world.installNetwork();
  });
  afterAll(() => world.remove());

  const serve = async (...machines: readonly Machine[]): Promise<void> => {
    const backends = machines.map(({ name, address }) => ({ name, address, port: world.apiServerPort }));
    await world.provider.setBackends(world.scope, backends, world.signal);
  };
  const join = async (machine: Machine, role: BootstrapRole, stages: readonly KubeadmStage[]): Promise<void> => {
    await world.writeBootstrapData(machine, role);
    for (const stage of stages) {
      const command = { stage, machine, options: world.options(machine), generation: 1001 };
      expect(await world.bootstrapper.run(world.target(machine), command, { signal: world.signal, onOutput: quiet })).toMatchObject({ exitCode: 0 });
    }
  };
  const ready = (machine: Machine) => world.workload.waitForNodeReady(world.access, machine.name, { signal: world.signal, onProgress: quiet });
  const memberVersions = async () => {
    const members = await world.members.observe(world.target(next), world.signal);
    return Object.fromEntries(members.map(({ name, version }) => [name, version]));
  };

  describe('from one minor version to the next', () => {
    test('kubeadm older than the configuration uploads it, and so does its own on a Machine that has not joined', async () => {
      for (const [machine, step] of [[old, 1], [next, 2], [next, 2]] as const) {
        await expect(world.uploadConfig(machine, { version: newer, node: old.name, step })).resolves.toBeUndefined();
      }
    });

    test('a configuration two minors below kubeadm is refused, naming both', async () => {
      await expect(world.uploadConfig(next, { version: 'v1.31.0', node: old.name, step: 3 })).rejects.toMatchObject({
        name: 'KubeadmFailedError',
        message: expect.stringContaining('Current version: v1.31.0'),
      });
    });

    test('the images of the add-ons that a Machine lacks are carried to it, once', async () => {
      const { provider, scope, signal, desired } = world;
      const carry = () => provider.carryImages({ ...scope, from: reference(old), to: reference(next), repositories: ['kube-proxy', 'coredns'] }, signal);
      const images = [`registry.k8s.io/coredns/coredns:${releaseOf(older).coredns}`, `registry.k8s.io/kube-proxy:${older}`];
      // A simulated Machine runs none.
      expect((await carry()).toSorted()).toEqual(desired.controlPlane.infrastructure.inMemory === undefined ? images : []);
      expect(await carry()).toEqual([]);
    });

    test('the new control plane joins the old one, with the next etcd', async () => {
      await join(next, 'join-control-plane', ['prepare', 'etcd']);
      await serve(old, next);
      await join(next, 'join-control-plane', ['serve']);
      expect(await ready(next)).toMatchObject({ kubeletVersion: newer });
      expect(await memberVersions()).toEqual({ [old.name]: etcdOf(older), [next.name]: etcdOf(newer) });
    });

    test('a worker of the older version still joins', async () => {
      await join(worker, 'join-worker', ['join']);
      expect(await ready(worker)).toMatchObject({ kubeletVersion: older });
    });

    test('the add-ons are left as they are while an old control plane is there, and that is a failure', async () => {
      await expect(world.upgradeAddons(next, { version: newer, step: 1 })).rejects.toMatchObject({
        name: 'KubeadmFailedError',
        message: expect.stringContaining(`[${old.name}] have not been upgraded`),
      });
    });

    test('once it has gone they are upgraded, at once and as often as one likes', async () => {
      const { members, provider, maintenance, bootstrapper, scope, access, signal } = world;
      const { id = '' } = (await members.observe(world.target(next), signal)).find(({ name }) => name === old.name) ?? {};
      const own = (await members.observe(world.target(next), signal)).find(({ name }) => name === next.name);
      await serve(next);
      await members.moveLeader(world.target(next), own?.id ?? '', signal);
      await bootstrapper.stopApiServer(world.target(old), signal);
      await expect.poll(() => members.remove(world.target(next), id, signal).then(() => 'removed', String), { timeout: 30_000 }).toBe('removed');
      await provider.deleteMachine({ ...scope, machine: old.name, machineUid: old.uid }, signal);
      await expect.poll(() => maintenance.deleteNode(access, old.name, signal).then(() => 'deleted', String), { timeout: 30_000 }).toBe('deleted');
      await world.upgradeAddons(next, { version: newer, step: 2 });
      await world.upgradeAddons(next, { version: newer, step: 3 });
      await removeStaticPodsOfLostNodes(world);
      expect(await world.workload.listComponents(access, signal)).toHaveLength(4);
    });

    test('their Pods follow where the images are, and what is still to come is said', async () => {
      const { provider, scope, signal, workload, access } = world;
      const rollouts = await workload.listAddonRollouts(access, signal);
      expect(rollouts.map(({ name }) => name).toSorted()).toEqual(['coredns', 'kube-proxy']);
      await provider.carryImages({ ...scope, from: reference(next), to: reference(worker), repositories: ['kube-proxy', 'coredns'] }, signal);
      const kubeProxy = async () => (await workload.listAddonRollouts(access, signal)).filter(({ name }) => name === 'kube-proxy');
      await expect.poll(async () => addonsToCome(await kubeProxy()), { timeout: 180_000, interval: 500 }).toEqual([]);
      expect(await kubeProxy()).toEqual([{ name: 'kube-proxy', wanted: 2, updated: 2, available: 2, old: 0 }]);
    });

    test('the certificates of the new control plane live for a year', async () => {
      const left = (await world.bootstrapper.certificatesExpireAt(world.target(next), world.signal)) - Date.now();
      expect(left / 86_400_000).toBeGreaterThan(364);
      expect(left / 86_400_000).toBeLessThan(366);
    });
  });
}
