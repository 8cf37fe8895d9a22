import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeStaticPodsOfLostNodes } from '../../../activities/kubernetes/lost-static-pods.ts';
import { createCertificateAuthority } from '../../../activities/pki/certificate-authority.ts';
import type { SnapshotPart } from '../../../activities/seams/etcd-snapshots.ts';
import type { BootstrapRole, KubeadmStage } from '../../../domain/kubeadm/scripts.ts';
import type { Machine } from '../../../domain/machine.ts';
import { releaseOf, versions } from '../../../node-image/versions.mjs';
import type { ContractWorld } from './world.ts';

const quiet = (): void => undefined;
/** Preloaded on real machines; nothing is pulled. */
const image = `registry.k8s.io/pause:${releaseOf(versions.kubernetes).pause}`;
const deployment = (name: string, replicas: number): string =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'pause', image }] } },
    },
  });
const budget = (name: string, limits: object): string =>
  JSON.stringify({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, namespace: 'default' }, spec: { selector: { matchLabels: { app: 'web' } }, ...limits } });
/** What Cluster API's tools would read of it. */
const brought = (label: string, taints: string) => ({ 'cluster.x-k8s.io/labels-from-machine': label, 'cluster.x-k8s.io/taints-from-machine': taints });
const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: seams\n  namespace: default\ndata:\n  a: b\n';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function* somethingElse(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('something else');
  await delay(10);
}

/**
 * What every Bootstrapper, EtcdMembers, WorkloadCluster and NodeMaintenance does, as one story of one
 * cluster: each test goes on where the one before it ended.
 */
export function describeRunningCluster(create: () => Promise<ContractWorld>): void {
  let world: ContractWorld;
  let first: Machine;
  let second: Machine;
  let worker: Machine;
  let step = 10;

  beforeAll(async () => {
    world = await create();
    const { provider, scope, apiServerPort, signal } = world;
    await provider.ensureLoadBalancer({ ...scope, apiServerPort }, signal);
    first = await world.name('cp-1', 'control-plane');
    second = await world.name('cp-2', 'control-plane');
    worker = await world.name('w-1', 'worker');
    await Promise.all([first, second, worker].map((machine) => world.provision(machine)));
  });
  afterAll(() => world.remove());

  const run = (machine: Machine, stage: KubeadmStage, generation: number) =>
    world.bootstrapper.run(world.target(machine), { stage, machine, options: world.options(machine), generation }, { signal: world.signal, onOutput: quiet });
  const serve = async (...machines: readonly Machine[]): Promise<void> => {
    const backends = machines.map(({ name, address }) => ({ name, address, port: world.apiServerPort }));
    await world.provider.setBackends(world.scope, backends, world.signal);
  };
  const join = async (machine: Machine, role: BootstrapRole, stages: readonly KubeadmStage[]): Promise<void> => {
    await world.writeBootstrapData(machine, role);
    for (const stage of stages) expect(await run(machine, stage, 1001)).toMatchObject({ exitCode: 0 });
  };
  const untilReady = async (): Promise<void> => {
    while (!(await world.workload.isReady(world.access, world.signal))) await delay(100, undefined, { signal: world.signal });
  };

  const observe = () => world.members.observe(world.target(first), world.signal);
  const healthyComponents = async () => {
    const components = await world.workload.listComponents(world.access, world.signal);
    return components.filter(({ healthy }) => healthy).map(({ machine, type }) => `${machine} ${type}`).toSorted();
  };

  const podsOf = async (name: string) => {
    const pods = await world.maintenance.listPods(world.access, worker.name, world.signal);
    return pods.filter((pod) => pod.name.startsWith(`${name}-`) && pod.phase === 'Running' && pod.deletingSince === undefined);
  };
  const evictOne = async (name: string) => {
    const [pod] = await podsOf(name);
    return pod === undefined ? undefined : world.maintenance.evict(world.access, pod, world.signal);
  };

  describe('Bootstrapper', () => {
    test('before bootstrap data lies there kubeadm fails with an exit code, and again for the same try', async () => {
      await serve(first);
      const failed = await run(first, 'init', 11_001);
      expect(failed.exitCode).not.toBe(0);
      expect(failed.stdout + failed.stderr).toContain('kubeadm.yaml');
      expect((await run(first, 'init', 11_002)).exitCode).toBe(failed.exitCode);
    });

    test('reset, and with it, init succeeds; who asks again is told so, and an older attempt is refused', async () => {
      const reset = () => world.bootstrapper.reset(world.target(first), { step, generation: step * 1000 + 1 }, { signal: world.signal, onOutput: quiet });
      expect(await reset()).toMatchObject({ exitCode: 0 });
      expect(await reset()).toMatchObject({ exitCode: 0 });
      step += 1;
      await world.writeBootstrapData(first, 'init');
      expect(await run(first, 'init', 12_001)).toMatchObject({ exitCode: 0 });
      expect(await run(first, 'init', 13_001)).toMatchObject({ exitCode: 0 });
      await expect(run(first, 'init', 12_002)).rejects.toMatchObject({ name: 'FencedAttemptError' });
      await untilReady();
    });
  });

  describe('WorkloadCluster', () => {
    test('the Node of the first Machine becomes Ready with the network, and says which kubelet it has', async () => {
      await world.installNetwork();
      const node = await world.workload.waitForNodeReady(world.access, first.name, { signal: world.signal, onProgress: quiet });
      expect(node).toMatchObject({ name: first.name, ready: 'True', kubeletVersion: first.version });
      expect(Math.abs(Date.now() - node.readySince)).toBeLessThan(10 * 60_000);
      expect(await world.workload.listNodes(world.access, world.signal)).toHaveLength(1);
    });

    test('labels and manifests may be applied again', async () => {
      const metadata = { labels: { 'example.com/a': 'b' }, annotations: { 'example.com/c': 'd' } };
      for (let time = 0; time < 2; time += 1) {
        expect(await world.workload.updateNode(world.access, first.name, metadata, world.signal)).toBe(true);
        await world.workload.apply(world.access, configMap, world.signal);
      }
      expect(await world.workload.listNodes(world.access, world.signal)).toHaveLength(1);
    });

    test('a Node gets what its Machine says, loses what that once said, and keeps what others wrote', async () => {
      const { workload, access, signal } = world;
      const taint = { key: 'example.com/own', value: 'yes', effect: 'PreferNoSchedule' } as const;
      const wanted = { labels: { 'node.cluster.x-k8s.io/a': '1' }, annotations: brought('node.cluster.x-k8s.io/a', 'example.com/own:PreferNoSchedule'), taints: [taint] };
      expect(await workload.updateNode(access, first.name, wanted, signal)).toBe(true);
      const there = await world.readNode(first.name);
      expect(there).toMatchObject({ labels: { 'example.com/a': 'b', ...wanted.labels }, annotations: { 'example.com/c': 'd', ...wanted.annotations } });
      expect(there.taints).toContainEqual(taint);
      expect(await workload.updateNode(access, first.name, { labels: {}, annotations: brought('', ''), taints: [] }, signal)).toBe(true);
      const left = await world.readNode(first.name);
      expect(left.labels).toMatchObject({ 'example.com/a': 'b' });
      expect(left.labels).not.toHaveProperty('node.cluster.x-k8s.io/a');
      expect(left.taints).toEqual(there.taints.filter(({ key }) => key !== taint.key));
      expect(await workload.updateNode(access, 'no-such-node', wanted, signal)).toBe(false);
    });

    test('the four static Pods of the control plane become healthy', async () => {
      const types = ['APIServerPodHealthy', 'ControllerManagerPodHealthy', 'EtcdPodHealthy', 'SchedulerPodHealthy'];
      await expect.poll(healthyComponents, { timeout: 60_000 }).toEqual(types.map((type) => `${first.name} ${type}`));
    });
  });

  describe('EtcdMembers', () => {
    test('one voter, named as its Machine, at its address, healthy and leading', async () => {
      const member = { id: expect.stringMatching(/^[0-9a-f]{1,16}$/), name: first.name, peerUrls: [`https://${first.address}:2380`], learner: false, healthy: true };
      expect(await world.members.list(world.target(first), world.signal)).toEqual([member]);
      expect(await observe()).toEqual([{ ...member, leader: true, version: releaseOf(first.version).etcd.slice(1) }]);
    });

    test('a member that is gone is no error; the last one is refused and stays', async () => {
      await world.members.remove(world.target(first), 'abc', world.signal);
      const [last] = await observe();
      await expect(world.members.remove(world.target(first), last?.id ?? '', world.signal)).rejects.toMatchObject({ name: 'EtcdctlError' });
      expect(await observe()).toHaveLength(1);
    });

    test('a second control plane joins in three commands, and votes after the second', async () => {
      await join(second, 'join-control-plane', ['prepare', 'etcd']);
      expect((await observe()).map(({ name, learner }) => [name, learner])).toEqual(expect.arrayContaining([[first.name, false], [second.name, false]]));
      await serve(first, second);
      expect(await run(second, 'serve', 1001)).toMatchObject({ exitCode: 0 });
      await world.workload.waitForNodeReady(world.access, second.name, { signal: world.signal, onProgress: quiet });
      const up = async () => (await world.provider.listBackends(world.scope, world.signal)).map(({ state }) => state);
      await expect.poll(up, { timeout: 20_000 }).toEqual(['up', 'up']);
    });

    test('the leadership is handed over, and to the one who has it without a change', async () => {
      const other = (await observe()).find(({ leader }) => leader === false);
      for (let time = 0; time < 2; time += 1) await world.members.moveLeader(world.target(first), other?.id ?? '', world.signal);
      expect((await observe()).find(({ leader }) => leader === true)?.id).toBe(other?.id);
      const home = (await observe()).find(({ name }) => name === first.name);
      await world.members.moveLeader(world.target(second), home?.id ?? '', world.signal);
      expect((await observe()).find(({ leader }) => leader === true)?.name).toBe(first.name);
    });

    test('of two voters of which one is down the other alone can agree to nothing', async () => {
      await world.powerOff(second);
      await expect(observe()).rejects.toMatchObject({ name: 'EtcdctlError' });
      await world.provision(second);
      await expect.poll(async () => (await observe().catch(() => [])).filter(({ healthy }) => healthy).length, { timeout: 90_000 }).toBe(2);
    });

    test('a member is removed, and the rest serves on', async () => {
      await serve(first);
      const gone = (await observe()).find(({ name }) => name === second.name);
      await expect.poll(async () => world.members.remove(world.target(first), gone?.id ?? '', world.signal).then(() => 'removed', String), { timeout: 30_000 }).toBe('removed');
      expect(await observe()).toMatchObject([{ name: first.name, healthy: true, leader: true }]);
      await untilReady();
    });
  });

  const take = (id: string, attempt: number) =>
    world.snapshots.take(world.target(first), { id, attempt, files: ['/etc/kubernetes', '/no/such file'] }, { signal: world.signal, onOutput: quiet });
  const read = async (id: string, part: SnapshotPart): Promise<Buffer> => {
    const chunks: Uint8Array[] = [];
    await world.snapshots.read(world.target(first), { id, part }, { signal: world.signal, onChunk: async (chunk) => void chunks.push(Buffer.from(chunk)) });
    return Buffer.concat(chunks);
  };
  describe('EtcdSnapshots', () => {
    const id = '20261121-144055-x7k2p9';

    test('is taken once, and is what it says, also when it is read again', async () => {
      const taken = await take(id, 1);
      expect(taken.etcd).toMatchObject({ machine: first.name, hash: expect.stringMatching(/^[0-9a-f]{8}$/) });
      await world.workload.apply(world.access, configMap.replace('seams', 'after'), world.signal);
      expect(await take(id, 2)).toEqual(taken);
      for (let time = 0; time < 2; time += 1) {
        const [snapshot, files] = [await read(id, 'etcd-snapshot.db'), await read(id, 'control-plane-files.tar')];
        expect([snapshot.length, sha256(snapshot)]).toEqual([taken.etcd.bytes, taken.etcd.sha256]);
        expect([files.length, sha256(files)]).toEqual([taken.files.bytes, taken.files.sha256]);
        // etcd's own: what it appends to a snapshot that it has sent whole.
        expect(sha256(snapshot.subarray(0, -32))).toBe(snapshot.subarray(-32).toString('hex'));
      }
    });

    test('is gone when it was discarded, which may be asked for again', async () => {
      for (let time = 0; time < 2; time += 1) await world.snapshots.discard(world.target(first), { id }, world.signal);
      await expect(read(id, 'etcd-snapshot.db')).rejects.toMatchObject({ name: 'SnapshotFailedError' });
    });
  });

  describe('NodeMaintenance', () => {
    test('a worker joins, and takes Pods', async () => {
      await join(worker, 'join-worker', ['join']);
      await world.workload.waitForNodeReady(world.access, worker.name, { signal: world.signal, onProgress: quiet });
      await world.workload.apply(world.access, [deployment('web', 2), deployment('free', 1), budget('guard', { minAvailable: 2 })].join('\n---\n'), world.signal);
      await expect.poll(async () => [(await podsOf('web')).length, (await podsOf('free')).length], { timeout: 60_000 }).toEqual([2, 1]);
      expect((await podsOf('web')).map(({ controller, mirror, emptyDir }) => [controller?.kind, mirror, emptyDir])).toEqual([
        ['ReplicaSet', false, false],
        ['ReplicaSet', false, false],
      ]);
    });

    test('an eviction is accepted, refused naming the budget, or one of several budgets\' and impossible', async () => {
      const [free] = await podsOf('free');
      expect(await evictOne('free')).toEqual({ kind: 'accepted' });
      await expect.poll(async () => (await podsOf('free')).map(({ uid }) => uid === free?.uid), { timeout: 60_000 }).toEqual([false]);
      await expect.poll(() => evictOne('web'), { timeout: 30_000 }).toMatchObject({ kind: 'refused', budgets: ['guard'], message: expect.stringContaining('would violate the pod\'s disruption budget') });
      await world.workload.apply(world.access, budget('second', { maxUnavailable: 0 }), world.signal);
      expect(await evictOne('web')).toMatchObject({ kind: 'several', message: expect.stringContaining('more than one PodDisruptionBudget') });
      expect(await podsOf('web')).toHaveLength(2);
    });

    test('a Pod that is deleted past its budgets goes, and comes back elsewhere only where a Node takes it', async () => {
      expect(await world.maintenance.cordon(world.access, worker.name, world.signal)).toBe(true);
      for (const pod of [...(await podsOf('web')), ...(await podsOf('free'))]) await world.maintenance.deletePod(world.access, pod, 0, world.signal);
      await expect.poll(async () => [...(await podsOf('web')), ...(await podsOf('free'))].length, { timeout: 30_000 }).toBe(0);
    });

    test('a cordoned Node keeps the Pods of its DaemonSets, and a control plane its mirror Pods', async () => {
      expect(await world.maintenance.cordon(world.access, 'no-such-node', world.signal)).toBe(false);
      const pods = await world.maintenance.listPods(world.access, worker.name, world.signal);
      expect(pods).toContainEqual(expect.objectContaining({ namespace: 'kube-system', controller: { kind: 'DaemonSet', name: 'kube-proxy' }, mirror: false }));
      const mirrors = (await world.maintenance.listPods(world.access, first.name, world.signal)).filter(({ mirror }) => mirror);
      expect(mirrors).toHaveLength(4);
    });

    test('what a removal has cordoned takes Pods again, also when asked twice; a Node that is gone is no error', async () => {
      expect(await world.maintenance.cordon(world.access, worker.name, world.signal)).toBe(true);
      for (let time = 0; time < 2; time += 1) expect(await world.maintenance.uncordon(world.access, worker.name, world.signal)).toBe(true);
      await expect.poll(async () => (await podsOf('web')).length, { timeout: 60_000 }).toBe(2);
      expect(await world.maintenance.uncordon(world.access, 'no-such-node', world.signal)).toBe(false);
    });

    test('Nodes are deleted, also when they are gone already', async () => {
      for (const machine of [worker, second, worker]) await world.maintenance.deleteNode(world.access, machine.name, world.signal);
      await world.maintenance.taintOutOfService(world.access, worker.name, world.signal);
      expect(await world.maintenance.listAttachedVolumes(world.access, worker.name, world.signal)).toEqual([]);
    });
  });

  const write = (word: string) => world.workload.updateNode(world.access, first.name, { labels: { 'example.com/written': word }, annotations: {} }, world.signal);

  describe('Recovery', () => {
    const id = '20261121-150000-q1w2e3';
    let third: Machine;

    test('a snapshot goes to another Machine once; a control plane that is stopped answers nobody, and may be stopped again', async () => {
      third = await world.name('cp-3', 'control-plane');
      await world.provision(third);
      await write('before');
      const { etcd } = await take(id, 1);
      const bytes = await read(id, 'etcd-snapshot.db');
      let reads = 0;
      const content = async function* (): AsyncGenerator<Uint8Array> {
        reads += 1;
        yield bytes.subarray(0, 1000);
        await delay(10);
        yield bytes.subarray(1000);
      };
      // What is there already is not read again.
      for (let time = 0; time < 2; time += 1) await world.snapshots.deliver(world.target(third), { id, bytes: etcd.bytes, sha256: etcd.sha256, content }, world.signal);
      expect(reads).toBe(1);
      await write('too-late');
      for (let time = 0; time < 2; time += 1) expect(await world.bootstrapper.stopControlPlane(world.target(first), world.signal)).toMatchObject({ exitCode: 0 });
      await expect.poll(() => world.workload.isReady(world.access, world.signal), { timeout: 30_000 }).toBe(false);
    });

    test('nor does it come back with its Machine; while that is off, nobody can be told to stop', async () => {
      await world.powerOff(first);
      await expect(world.bootstrapper.stopControlPlane(world.target(first), world.signal)).rejects.toBeInstanceOf(Error);
      await world.provision(first);
      await expect(world.members.observe(world.target(first), world.signal)).rejects.toMatchObject({ name: 'EtcdctlError' });
      expect(await world.workload.isReady(world.access, world.signal)).toBe(false);
    });

    test('what comes and is not what was announced is refused', async () => {
      const wrong = { id: '20261121-150000-aaaaaa', bytes: 14, sha256: '0'.repeat(64), content: somethingElse };
      await expect(world.snapshots.deliver(world.target(third), wrong, world.signal)).rejects.toMatchObject({ name: 'SnapshotFailedError' });
    });

    test('another Machine starts the cluster from the snapshot: one member, all Nodes of then', async () => {
      await serve(third);
      await world.writeBootstrapData(third, 'init');
      const restore = (generation: number) =>
        world.bootstrapper.run(world.target(third), { stage: 'restore', machine: third, options: world.options(third), generation, backup: id }, { signal: world.signal, onOutput: quiet });
      expect(await restore(1001)).toMatchObject({ exitCode: 0 });
      expect(await restore(1002)).toMatchObject({ exitCode: 0 });
      await untilReady();
      expect(await world.members.observe(world.target(third), world.signal)).toMatchObject([{ name: third.name, learner: false, peerUrls: [`https://${third.address}:2380`] }]);
      await expect.poll(async () => (await world.workload.listNodes(world.access, world.signal)).map(({ name }) => name), { timeout: 60_000 }).toEqual(expect.arrayContaining([first.name, third.name]));
      expect((await world.readNode(first.name)).labels).toMatchObject({ 'example.com/written': 'before' });
    });

    test('what is left of the lost Machine in the snapshot is deleted, as often as one likes', async () => {
      for (let time = 0; time < 2; time += 1) {
        await world.maintenance.deleteNode(world.access, first.name, world.signal);
        await removeStaticPodsOfLostNodes(world);
      }
      const machines = new Set((await world.workload.listComponents(world.access, world.signal)).map(({ machine }) => machine));
      expect(machines).not.toContain(first.name);
      expect((await world.workload.listNodes(world.access, world.signal)).map(({ name }) => name)).not.toContain(first.name);
    });

    test('who looks for that cluster by its authority finds it; another is not there', async () => {
      const where = await world.whereabouts();
      await expect.poll(() => world.workload.isServing(where, world.signal), { timeout: 20_000 }).toBe(true);
      const { certificatePem } = await createCertificateAuthority({ commonName: 'kubernetes', now: Date.now() });
      expect(await world.workload.isServing({ ...where, uid: 'another', caCertificate: certificatePem }, world.signal)).toBe(false);
    });

    test.each(['kept', 'own'] as const)('what reaches the API by address is told another, twice, with %s keys', async (keys) => {
      const move = { from: `https://${world.allocation.loadBalancerAddress}:${world.apiServerPort}`, to: 'https://192.0.2.1:6443', keys };
      for (let time = 0; time < 2; time += 1) await world.workload.moveEndpoint(world.access, move, world.signal);
      expect(await world.workload.isReady(world.access, world.signal)).toBe(true);
    });

    test('without a Machine that runs, the API does not answer', async () => {
      await world.powerOff(third);
      expect(await world.workload.isServing(await world.whereabouts(), world.signal)).toBe(false);
      expect(await world.workload.isReady(world.access, world.signal)).toBe(false);
      await expect(world.workload.listNodes(world.access, AbortSignal.timeout(20_000))).rejects.toBeInstanceOf(Error);
    });
  });
}
