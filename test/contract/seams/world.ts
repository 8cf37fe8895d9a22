import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import Docker from 'dockerode';
import { renderFlannel } from '../../../activities/addons/flannel.ts';
import { createBootstrapActivities } from '../../../activities/bootstrap-activities.ts';
import { apiAccess } from '../../../activities/api-access.ts';
import { createCredentials } from '../../../activities/pki/cluster-credentials.ts';
import type { SshTarget } from '../../../activities/seams/command-runner.ts';
import type { ApiAccess, Whereabouts } from '../../../activities/seams/workload-cluster.ts';
import { sshTarget } from '../../../activities/ssh-target.ts';
import { createClusterRecords } from '../../../activities/store/cluster-records.ts';
import { createClusterSecrets } from '../../../activities/store/cluster-secrets.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { createSecretBox } from '../../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';
import { createUpgradeActivities } from '../../../activities/upgrade-activities.ts';
import type { DesiredCluster } from '../../../api/desired-cluster.ts';
import { generateManifest } from '../../../api/generate-manifest.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import type { ClusterAllocation } from '../../../domain/network/cluster-network.ts';
import type { ClusterIdentity } from '../../../domain/identity.ts';
import { kubeadmOptions, type KubeadmOptions } from '../../../domain/kubeadm/kubeadm-options.ts';
import type { BootstrapRole } from '../../../domain/kubeadm/scripts.ts';
import type { Machine, MachineRole } from '../../../domain/machine.ts';
import type { NodeState } from '../../../domain/node/node-update.ts';
import { flannelImage, releaseOf, supportedMinors, versions } from '../../../node-image/versions.mjs';
import { composeOutsideWorld } from '../../../workers/outside-world.ts';

/** The worker's own seams for one cluster, real or simulated as its recorded manifest says. */
export type ContractWorld = ReturnType<typeof composeOutsideWorld> & {
  readonly cluster: ClusterIdentity;
  readonly allocation: ClusterAllocation;
  readonly scope: { readonly cluster: ClusterIdentity; readonly allocation: ClusterAllocation };
  readonly access: ApiAccess;
  readonly apiServerPort: number;
  readonly desired: DesiredCluster;
  readonly signal: AbortSignal;
  /** A Machine with a name, an address and a port; nothing of it exists yet. */
  readonly name: (suffix: string, role: MachineRole) => Promise<Machine>;
  /** Made, and reachable over SSH. */
  readonly provision: (machine: Machine) => Promise<void>;
  readonly target: (machine: Machine) => SshTarget;
  readonly options: (machine: Machine) => KubeadmOptions;
  /** What the worker's activity writes for that role. */
  readonly writeBootstrapData: (machine: Machine, role: BootstrapRole) => Promise<void>;
  /** What one Machine's kubeadm does for the whole cluster, as the worker's activities have it done. */
  /** Before it no Node is Ready. */
  readonly installNetwork: () => Promise<void>;
  readonly uploadConfig: (machine: Machine, upgrade: { readonly version: string; readonly node: string; readonly step: number }) => Promise<void>;
  readonly upgradeAddons: (machine: Machine, upgrade: { readonly version: string; readonly step: number }) => Promise<void>;
  readonly readNode: (node: string) => Promise<NodeState>;
  /** By which somebody without this store would look for it. */
  readonly whereabouts: () => Promise<Whereabouts>;
  /** Pulls its plug. */
  readonly powerOff: (machine: Machine) => Promise<void>;
  readonly markDeleted: () => Promise<void>;
  readonly remove: () => Promise<void>;
};

export type Backend = {
  readonly inMemory: boolean;
  /** The simulator's access file; of no use to a real cluster. */
  readonly simulatorAccess: string;
  readonly powerOff: (cluster: ClusterIdentity, machine: Machine) => Promise<void>;
  /** Where there is no API to ask. */
  readonly readNode?: (cluster: ClusterIdentity, node: string) => Promise<NodeState>;
};

export async function createContractWorld(backend: Backend): Promise<ContractWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-seams-'));
  const store = await openFileStore(join(folder, 'store'));
  const box = createSecretBox(await loadStoreKey(join(folder, 'key.json')));
  const records = createClusterRecords(store);
  const secrets = createClusterSecrets({ store, box });
  const credentials = createCredentials({ secrets, now: Date.now });
  const config = { store: folder, storeKeyFile: '', host: 'local', identity: 'test', simulatorAccess: backend.simulatorAccess, backups: { kind: 'directory', path: join(folder, 'backups'), create: true } } as const;
  const outside = composeOutsideWorld({ config, docker: new Docker(), store, records, secrets, credentials, now: Date.now });
  const bootstrap = createBootstrapActivities({ bootstrapper: outside.bootstrapper, secrets, credentials, etcdImageTag });
  const upgrade = createUpgradeActivities({ ...outside, credentials, etcdImageTag });

  const cluster = { installation: store.id, name: `seams-${randomBytes(3).toString('hex')}`, uid: randomUUID() };
  const desired = describeCluster(cluster.name, backend.inMemory);
  const record = { schemaVersion: 1, version: 1, identity: cluster, desired, revision: 1, machines: [], createdAt: Date.now() } as const;
  await records.save(record);
  await secrets.ensure(cluster);
  const signal = AbortSignal.timeout(15 * 60_000);
  const { podCIDR, serviceCIDR, apiServerPort } = desired.network;
  const allocation = await outside.provider.allocate({ cluster, avoid: [podCIDR, serviceCIDR], apiServerPort }, signal);
  const scope = { cluster, allocation };

  let address = 10;
  const task = (machine: Machine) => ({ ...scope, machine });
  const target = (machine: Machine): SshTarget => sshTarget(task(machine));
  return {
    ...outside,
    cluster,
    allocation,
    scope,
    access: apiAccess(scope),
    apiServerPort,
    desired,
    signal,
    target,
    options: (machine) => kubeadmOptions(desired, machine),
    async name(suffix, role) {
      const name = `${cluster.name}-${suffix}`;
      const ports = await outside.provider.claimPorts({ cluster, names: [name] });
      const owner = role === 'control-plane' ? desired.controlPlane.name : (desired.machineDeployments[0]?.name ?? '');
      const { infrastructure } = desired.controlPlane;
      const place = { address: allocation.subnet.replace(/0\/24$/, String(address++)), sshPort: ports[name] ?? 0 };
      const now = Date.now();
      return { name, uid: randomUUID(), role, owner, version: versions.kubernetes, infrastructure, ...place, phase: 'Provisioned', createdAt: now, phaseSince: now };
    },
    async provision(machine) {
      const [sshAuthorizedKey, { privateKey: sshHostKey }] = await Promise.all([secrets.ensureSshKey(cluster), secrets.ensureHostKey(cluster.uid, machine.uid)]);
      const { name, uid: machineUid, infrastructure: spec, ...facts } = machine;
      await outside.provider.ensureMachine({ ...scope, ...facts, machine: name, machineUid, spec, sshAuthorizedKey, sshHostKey }, signal);
      await outside.waitForSsh(target(machine), { signal, timeoutMs: 90_000, onProgress: () => undefined });
    },
    async writeBootstrapData(machine, role) {
      await new MockActivityEnvironment().run(() => bootstrap.writeBootstrapData({ ...task(machine), desired, role }));
    },
    async installNetwork() {
      const apiServer = { address: allocation.loadBalancerAddress, port: apiServerPort };
      await outside.workload.apply(apiAccess(scope), renderFlannel({ podCIDR, image: flannelImage, apiServer }), signal);
    },
    async uploadConfig(machine, upload) {
      await new MockActivityEnvironment().run(() => upgrade.uploadConfig({ ...task(machine), desired, generation: upload.step * 10 + 1, ...upload }));
    },
    async upgradeAddons(machine, addons) {
      await new MockActivityEnvironment().run(() => upgrade.upgradeAddons({ ...task(machine), desired, generation: addons.step * 10 + 1, ...addons }));
    },
    async readNode(node) {
      if (backend.readNode !== undefined) return backend.readNode(cluster, node);
      const { core } = await outside.apiClients(apiAccess(scope));
      const { metadata, spec } = await core(signal).readNode({ name: node });
      return { labels: metadata?.labels ?? {}, annotations: metadata?.annotations ?? {}, taints: spec?.taints ?? [] };
    },
    async whereabouts() {
      const { inMemory } = desired.controlPlane.infrastructure;
      const { ca } = await secrets.loadPki(cluster.uid);
      const servers = ['https://127.0.0.1:1', apiAccess(scope).server];
      return { uid: cluster.uid, servers, caCertificate: ca.certificatePem, ...(inMemory === undefined ? {} : { inMemory }) };
    },
    powerOff: (machine) => backend.powerOff(cluster, machine),
    markDeleted: () => records.markDeleted(cluster.uid, Date.now()),
    async remove() {
      await records.markDeleted(cluster.uid, Date.now());
      await outside.provider.deleteCluster(cluster, AbortSignal.timeout(60_000));
      await outside.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function describeCluster(name: string, inMemory: boolean): DesiredCluster {
  const manifest = generateManifest({ name, kubernetesVersion: versions.kubernetes, controlPlaneMachineCount: 1, workerMachineCount: 1 });
  const parsed = parseManifest(inMemory ? manifest.replaceAll(/docker: *(\{\})?/g, 'inMemory: {}') : manifest);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.cluster;
}

function etcdImageTag(kubernetesVersion: string): string | undefined {
  // Simulated clusters and a customImage may have a version whose companions nobody has pinned.
  if (!supportedMinors().some((minor) => kubernetesVersion.startsWith(`${minor}.`))) return undefined;
  const release = releaseOf(kubernetesVersion);
  return release.etcdImageTagIsDefault ? undefined : release.etcdImageTag;
}
