import type { BootstrapSpec, DesiredCluster } from '../../../api/desired-cluster.ts';
import type { JournalEntry } from '../../../domain/journal.ts';
import type { Machine } from '../../../domain/machine.ts';
import type { ClusterRecord } from '../../../activities/store/cluster-record.ts';

/** The smallest values that the types allow, for tests that look at where they are kept. */
const noBootstrap: BootstrapSpec = { files: [], users: [], preKubeadmCommands: [], postKubeadmCommands: [] };
const noMetadata = { labels: {}, annotations: {} };
const component = { extraArgs: {}, extraVolumes: [] };
const nodeRegistration = { kubeletExtraArgs: {}, ignorePreflightErrors: [] };

export function sampleDesired(
  change: { readonly replicas?: number; readonly bootstrap?: Partial<BootstrapSpec> } = {},
): DesiredCluster {
  const bootstrap = { ...noBootstrap, ...change.bootstrap };
  return {
    name: 'demo',
    namespace: 'default',
    metadata: noMetadata,
    network: {
      podCIDR: '10.244.0.0/16',
      serviceCIDR: '10.96.0.0/16',
      serviceDomain: 'cluster.local',
      apiServerPort: 6443,
    },
    controlPlane: {
      name: 'demo-control-plane',
      replicas: 1,
      version: 'v1.34.4',
      machineMetadata: noMetadata,
      infrastructure: { extraMounts: [] },
      clusterConfiguration: {
        apiServer: { ...component, certSANs: [] },
        controllerManager: component,
        scheduler: component,
        etcd: { extraArgs: {} },
        featureGates: {},
      },
      initNodeRegistration: nodeRegistration,
      joinNodeRegistration: nodeRegistration,
      bootstrap: noBootstrap,
    },
    machineDeployments: [
      {
        name: 'demo-md-0',
        replicas: change.replicas ?? 2,
        version: 'v1.34.4',
        machineMetadata: noMetadata,
        infrastructure: { extraMounts: [] },
        nodeRegistration,
        bootstrap,
      },
    ],
  };
}

export function sampleMachine(name: string): Machine {
  return {
    name,
    uid: `${name}-uid`,
    role: 'worker',
    owner: 'demo-md-0',
    version: 'v1.34.4',
    infrastructure: { extraMounts: [] },
    address: '172.30.4.10',
    sshPort: 36_001,
    phase: 'Running',
    createdAt: 1,
    phaseSince: 2,
  };
}

export function sampleRecord(record: {
  readonly installation: string;
  readonly version: number;
  readonly uid?: string;
  readonly name?: string;
  readonly machines?: readonly string[];
  readonly desired?: DesiredCluster;
}): ClusterRecord {
  return {
    schemaVersion: 1,
    version: record.version,
    identity: { installation: record.installation, name: record.name ?? 'demo', uid: record.uid ?? 'uid-1' },
    desired: record.desired ?? sampleDesired(),
    revision: 1,
    machines: (record.machines ?? []).map(sampleMachine),
    createdAt: 1_000,
  };
}

export function sampleEntry(id: string, change: Partial<JournalEntry> = {}): JournalEntry {
  return {
    id,
    at: 1_000,
    kind: 'step',
    operation: 'op-1',
    subject: 'machine/demo-cp-x2f9',
    action: 'InitControlPlane',
    reason: 'the first control-plane Machine',
    outcome: 'done',
    ...change,
  };
}
