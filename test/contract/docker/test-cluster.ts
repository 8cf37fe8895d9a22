import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { onTestFinished } from 'vitest';
import { createDockerMachineProvider } from '../../../activities/docker/provider.ts';
import type { MachineInfrastructureRequest, MachineProvider } from '../../../activities/seams/machine-provider.ts';
import type { Store } from '../../../activities/seams/store.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import type { ClusterAllocation } from '../../../domain/network/cluster-network.ts';
import type { ClusterIdentity } from '../../../domain/identity.ts';
import { versions } from '../../../node-image/versions.mjs';
import { createKeyPair } from '../../unit/ssh/in-process-server.ts';

export const apiServerPort = 6443;

export type TestCluster = {
  readonly docker: Docker;
  readonly store: Store;
  readonly provider: MachineProvider;
  readonly cluster: ClusterIdentity;
  readonly allocation: ClusterAllocation;
  readonly signal: AbortSignal;
  /** From here on the cluster counts as deleted, as it does once its tombstone is written. */
  readonly markDeleted: () => void;
  /** What the next Machine of this cluster is asked for with; its port is claimed. */
  readonly wantMachine: (name: string) => Promise<MachineInfrastructureRequest>;
};

/** A cluster of an installation of its own on the real engine; all of it is gone when the test is over. */
export async function createTestCluster(): Promise<TestCluster> {
  const docker = new Docker();
  const folder = await mkdtemp(join(tmpdir(), 'slipway-contract-'));
  const store = await openFileStore(folder);
  const cluster = { installation: store.id, name: `contract-${randomBytes(3).toString('hex')}`, uid: randomUUID() };
  let deleted = false;
  const provider = createDockerMachineProvider({ docker, store, host: 'local', isDeleted: async () => deleted });
  onTestFinished(async () => {
    // What a failed test has left under way takes itself back.
    deleted = true;
    await provider.deleteCluster(cluster, AbortSignal.timeout(60_000));
    await rm(folder, { recursive: true });
  });
  const signal = AbortSignal.timeout(120_000);
  const allocation = await provider.allocate({ cluster, avoid: ['10.244.0.0/16', '10.96.0.0/12'], apiServerPort }, signal);
  let address = 10;
  const wantMachine = async (suffix: string): Promise<MachineInfrastructureRequest> => {
    const machine = `${cluster.name}-${suffix}`;
    const ports = await provider.claimPorts({ cluster, names: [machine] });
    return {
      cluster,
      allocation,
      machine,
      machineUid: randomUUID(),
      role: 'worker',
      owner: `${cluster.name}-md-0`,
      version: versions.kubernetes,
      address: allocation.subnet.replace(/0\/24$/, String(address++)),
      sshPort: ports[machine] ?? 0,
      spec: { extraMounts: [] },
      sshAuthorizedKey: createKeyPair().publicKey,
      sshHostKey: createKeyPair().privateKey,
    };
  };
  return { docker, store, provider, cluster, allocation, signal, wantMachine, markDeleted: () => void (deleted = true) };
}

/** Names of everything on the engine that carries the cluster's UID. */
export async function listObjects({ docker, cluster }: TestCluster): Promise<readonly string[]> {
  const filters = { label: [`dev.slipway.cluster-uid=${cluster.uid}`] };
  const [containers, networks, { Volumes }] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [
    ...containers.map((container) => `container ${container.Names[0]?.slice(1)}`),
    ...networks.map((network) => `network ${network.Name}`),
    ...(Volumes ?? []).map(() => 'volume'),
  ].sort();
}

/** Standard output of a command in a running container. */
export async function lookInside(docker: Docker, container: string, script: string): Promise<string> {
  const exec = await docker.getContainer(container).exec({ Cmd: ['sh', '-c', script], AttachStdout: true, Tty: true });
  const stream = await exec.start({ Tty: true });
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text.replaceAll('\r', '').trim();
}
