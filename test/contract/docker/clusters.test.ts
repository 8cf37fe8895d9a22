import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import { expect, onTestFinished, test } from 'vitest';
import { listNetworksInUse } from '../../../activities/docker/host-networks.ts';
import { createDockerMachineProvider } from '../../../activities/docker/provider.ts';
import { haproxyImage } from '../../../node-image/versions.mjs';
import { apiServerPort, createTestCluster, listObjects, type TestCluster } from './test-cluster.ts';

/** IDs of the cluster's containers and networks, and of every volume in them, whether it has labels or not. */
async function listIds({ docker, cluster }: TestCluster): Promise<readonly string[]> {
  const filters = { label: [`dev.slipway.cluster-uid=${cluster.uid}`] };
  const containers = await docker.listContainers({ all: true, filters });
  const networks = await docker.listNetworks({ filters });
  const volumes = containers.flatMap((container) => container.Mounts.flatMap(({ Type, Name }) => (Type === 'volume' && Name ? [Name] : [])));
  return [...containers.map(({ Id }) => Id), ...networks.map(({ Id }) => Id), ...volumes];
}

/** IDs of all containers, networks and volumes of the engine, whoever's they are. */
async function listEngine(): Promise<ReadonlySet<string>> {
  const script = 'docker ps -aq --no-trunc; docker network ls -q --no-trunc; docker volume ls -q';
  const { stdout } = await promisify(execFile)('sh', ['-c', script]);
  return new Set(stdout.split('\n'));
}

test('a cluster that is deleted leaves nothing, and takes nothing that is not its own', async () => {
  const testCluster = await createTestCluster();
  const { provider, signal, wantMachine, cluster, allocation, store } = testCluster;
  await provider.ensureNetwork({ cluster, allocation }, signal);
  await Promise.all([
    provider.ensureLoadBalancer({ cluster, allocation, apiServerPort }, signal),
    ...[await wantMachine('a'), await wantMachine('b')].map((request) => provider.ensureMachine(request, signal)),
  ]);
  const made = await listIds(testCluster);
  expect(made).toHaveLength(3 + 1 + 2);
  const before = await listEngine();
  expect(made.filter((id) => !before.has(id))).toEqual([]);

  const { removed } = await provider.deleteCluster(cluster, signal);

  expect(removed.filter((what) => !/^(volume|claim)/.test(what))).toEqual([
    `container ${cluster.name}-a`,
    `container ${cluster.name}-b`,
    `container ${cluster.name}-lb`,
    `network slipway-${cluster.name}`,
  ]);
  expect(removed.filter((what) => what.startsWith('claim '))).toHaveLength(4);
  const after = await listEngine();
  expect(made.filter((id) => after.has(id))).toEqual([]);
  expect(await listObjects(testCluster)).toEqual([]);
  expect(await store.list('claims/')).toEqual([]);
  expect(await provider.deleteCluster(cluster, signal)).toEqual({ removed: [] });
});

test('of two installations, each sees and deletes its own cluster only, even with the same UID', async () => {
  const { docker, store, provider, cluster, allocation, signal } = await createTestCluster();
  await provider.ensureNetwork({ cluster, allocation }, signal);
  const other = createDockerMachineProvider({ docker, store, host: 'elsewhere', isDeleted: async () => false });
  const stranger = { ...cluster, installation: randomUUID() };

  await expect(other.ensureNetwork({ cluster: stranger, allocation }, signal)).rejects.toThrow(/somebody else's/);
  expect(await other.deleteCluster(stranger, signal)).toEqual({ removed: [] });
  expect(await docker.listNetworks({ filters: { name: [`slipway-${cluster.name}`] } })).toHaveLength(1);
});

test('a worker that comes back after the cluster was deleted leaves nothing', async () => {
  const testCluster = await createTestCluster();
  const { docker, store, provider, signal, wantMachine, cluster, allocation } = testCluster;
  const request = await wantMachine('a');
  await provider.deleteCluster(cluster, signal);
  // The tombstone is written between its first look and its last.
  let looks = 0;
  const late = createDockerMachineProvider({ docker, store, host: 'local', isDeleted: async () => (looks += 1) > 1 });
  const scope = { cluster, allocation };
  for (const act of [
    () => late.ensureMachine(request, signal),
    () => late.ensureLoadBalancer({ ...scope, apiServerPort }, signal),
    () => late.ensureNetwork(scope, signal),
    () => late.allocate({ cluster, avoid: [], apiServerPort }, signal),
    () => late.claimPorts({ cluster, names: ['a'] }),
  ]) {
    looks = 0;
    await expect(act()).rejects.toThrow(expect.objectContaining({ name: 'ClusterDeletedError' }));
    expect([...(await listObjects(testCluster)), ...(await store.list('claims/'))]).toEqual([]);
  }
  testCluster.markDeleted();
  await expect(provider.ensureMachine(request, signal)).rejects.toThrow(expect.objectContaining({ name: 'ClusterDeletedError' }));
  expect(await listObjects(testCluster)).toEqual([]);
});

test('the same cluster gets the same subnet and ports, another one others', async () => {
  const { provider, cluster, allocation, signal } = await createTestCluster();
  const again = await Promise.all(Array.from({ length: 5 }, () => provider.allocate({ cluster, avoid: [], apiServerPort }, signal)));
  expect(again).toEqual(Array.from({ length: 5 }, () => allocation));

  const neighbours = Array.from({ length: 5 }, (_, index) => ({ ...cluster, name: `neighbour-${index}`, uid: randomUUID() }));
  const others = await Promise.all(neighbours.map((neighbour) => provider.allocate({ cluster: neighbour, avoid: [], apiServerPort }, signal)));
  const all = [allocation, ...others];
  expect(new Set(all.map(({ subnet }) => subnet)).size).toBe(6);
  expect(new Set(all.map(({ apiServerHostPort }) => apiServerHostPort)).size).toBe(6);
  for (const neighbour of neighbours) await provider.deleteCluster(neighbour, signal);

  const ports = await provider.claimPorts({ cluster, names: ['a', 'b'] });
  expect(await provider.claimPorts({ cluster, names: ['b', 'c', 'a'] })).toMatchObject(ports);
});

test("routes of an engine on another host are that host's", async () => {
  const { docker, cluster, allocation, provider, signal } = await createTestCluster();
  await provider.ensureNetwork({ cluster, allocation }, signal);
  const distant = new Docker();
  distant.info = async () => ({ ...(await docker.info()), Name: 'another-host' });
  const question = { image: haproxyImage, labels: {}, signal };
  const networks = await listNetworksInUse({ docker: distant, ...question });
  expect([...networks].sort()).toEqual([...(await listNetworksInUse({ docker, ...question }))].sort());
  expect(networks).toContain(allocation.subnet);
});

test('a port that something listens on, and a subnet that a network has, are not given away', async () => {
  const { docker, store, cluster, allocation, provider, signal } = await createTestCluster();
  await provider.deleteCluster(cluster, signal);
  const server = createServer().listen(allocation.apiServerHostPort, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const network = await docker.createNetwork({ Name: `${cluster.name}-stranger`, IPAM: { Driver: 'default', Config: [{ Subnet: allocation.subnet }] } });
  onTestFinished(() => network.remove());

  const other = await provider.allocate({ cluster, avoid: [], apiServerPort }, signal);

  expect(other.subnet).not.toBe(allocation.subnet);
  expect(other.apiServerHostPort).not.toBe(allocation.apiServerHostPort);
  expect(await store.list('claims/ports/local/')).toEqual([`claims/ports/local/${other.apiServerHostPort}`]);
});

test('a subnet or port taken after it was claimed is named, and the step works once it is free', async () => {
  const { docker, cluster, allocation, provider, signal, wantMachine } = await createTestCluster();
  const scope = { cluster, allocation };
  const network = await docker.createNetwork({ Name: `${cluster.name}-stranger`, IPAM: { Driver: 'default', Config: [{ Subnet: allocation.subnet }] } });
  const refusal = await provider.ensureNetwork(scope, signal).catch((error: unknown) => error);
  await network.remove();
  expect(refusal).toMatchObject({ name: 'AllocationError', message: expect.stringContaining(allocation.subnet) });
  const request = await wantMachine('a');
  const server = createServer().listen(request.sshPort, '127.0.0.1');
  await once(server, 'listening');
  await expect(provider.ensureMachine(request, signal)).rejects.toThrow(
    expect.objectContaining({ name: 'AllocationError', message: expect.stringContaining(String(request.sshPort)) }),
  );
  server.close();
  await once(server, 'close');
  expect(await provider.ensureMachine(request, signal)).toMatchObject({ state: 'running' });
});

test('a version without an image is refused with what is there and what to run', async () => {
  const { provider } = await createTestCluster();
  await expect(provider.checkImage({ version: 'v1.34.4' })).resolves.toBeUndefined();
  await expect(provider.checkImage({ version: 'v1.34.999' })).rejects.toThrow(
    expect.objectContaining({
      name: 'VersionNotAvailableError',
      message: expect.stringMatching(/there is: .*v1\.34\.4.*slipway setup --kubernetes-version v1\.34\.999/),
    }),
  );
  await expect(provider.checkImage({ version: 'v1.99.0' })).rejects.toThrow(
    expect.objectContaining({
      name: 'VersionNotAvailableError',
      message: 'Kubernetes v1.99.0 is not known here; known are the releases of v1.33 (v1.33.13) and v1.34 (v1.34.4). Nothing was started. Use one of these, or a customImage.',
    }),
  );
  await expect(provider.checkImage({ version: 'v1.34.4', customImage: 'nowhere/none:1' })).rejects.toThrow('docker pull nowhere/none:1');
});

test('no engine, and a signal that aborts, end at once with their own errors', async () => {
  const { docker, store, cluster, allocation, wantMachine } = await createTestCluster();
  const silent = createDockerMachineProvider({
    docker: new Docker({ socketPath: '/nonexistent/docker.sock' }),
    store,
    host: 'local',
    isDeleted: async () => false,
  });
  await expect(silent.listMachines(cluster, AbortSignal.timeout(5_000))).rejects.toThrow(
    expect.objectContaining({ name: 'DockerUnreachableError', message: expect.stringContaining('DOCKER_HOST') }),
  );
  const provider = createDockerMachineProvider({ docker, store, host: 'local', isDeleted: async () => false });
  const request = await wantMachine('a');
  const reason = new Error('the worker shuts down');
  const controller = new AbortController();
  const making = provider.ensureMachine(request, controller.signal);
  controller.abort(reason);
  await expect(making).rejects.toBe(reason);
  await expect(provider.ensureNetwork({ cluster, allocation }, controller.signal)).rejects.toBe(reason);
});
