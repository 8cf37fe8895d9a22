/**
 * What a change means for a cluster that exists.
 *  immutable  it can never take it
 *  rollout    Machines that were made before are replaced
 *  nodes      Machines and their Nodes take it as they are
 *  machines   Machines come or go; those that stay are not touched
 *  record     only what is read later changes: how Machines are made, replaced and removed, and the object's own labels
 */
export type ChangeEffect = 'immutable' | 'rollout' | 'nodes' | 'machines' | 'record';

/** A field of a DesiredCluster, and how a manifest calls it. */
export type Field = {
  readonly path: readonly string[];
  /** The object that holds the field, when it is another than the one compared. */
  readonly kind?: string;
  readonly field: string;
  /** 'rollout' unless given. */
  readonly effect?: ChangeEffect;
  /** How people write a value of it; as it stands unless given. */
  readonly show?: (value: unknown) => unknown;
};

const showTime = (value: unknown): unknown => (typeof value === 'number' ? new Date(value).toISOString() : value);
const showMilliseconds = (value: unknown): unknown => (typeof value === 'number' ? `${value / 1000}s` : value);

const NETWORK = 'spec.clusterNetwork';

/** The first entry that a path begins with counts. */
export const CLUSTER_FIELDS: readonly Field[] = [
  { path: ['name'], field: 'metadata.name', effect: 'immutable' },
  { path: ['namespace'], field: 'metadata.namespace', effect: 'immutable' },
  { path: ['metadata'], field: 'metadata', effect: 'record' },
  { path: ['network', 'podCIDR'], field: `${NETWORK}.pods.cidrBlocks`, effect: 'immutable' },
  { path: ['network', 'serviceCIDR'], field: `${NETWORK}.services.cidrBlocks`, effect: 'immutable' },
  { path: ['network', 'serviceDomain'], field: `${NETWORK}.serviceDomain`, effect: 'immutable' },
  { path: ['network', 'apiServerPort'], field: `${NETWORK}.apiServerPort`, effect: 'immutable' },
  { path: ['controlPlane', 'name'], field: 'spec.controlPlaneRef.name', effect: 'immutable' },
  { path: ['backend'], kind: 'DevCluster', field: 'spec.backend', effect: 'immutable' },
  { path: ['failureDomains'], kind: 'DockerCluster', field: 'spec.failureDomains', effect: 'record' },
  { path: ['pki'], kind: 'Secret', field: 'data', effect: 'immutable' },
  { path: ['resourceSets'], kind: 'ClusterResourceSet', field: 'spec', effect: 'immutable' },
  { path: ['networkAddon'], kind: 'ClusterResourceSet', field: 'spec.resources', effect: 'immutable' },
  { path: ['backupSchedule'], kind: 'BackupSchedule', field: 'spec', effect: 'record' },
];

/** Read when a Machine goes: nothing has to be done for them before. */
const deletionFields = (owner: string): readonly Field[] => [
  { path: ['deletion', 'drainTimeoutMs'], field: `${owner}.nodeDrainTimeout`, effect: 'record', show: showMilliseconds },
  { path: ['deletion', 'volumeDetachTimeoutMs'], field: `${owner}.nodeVolumeDetachTimeout`, effect: 'record', show: showMilliseconds },
];

const CONFIG = 'spec.kubeadmConfigSpec';
const INIT = `${CONFIG}.initConfiguration`;
const JOIN = `${CONFIG}.joinConfiguration`;
const MACHINE: Field = { path: ['infrastructure'], kind: 'DockerMachineTemplate', field: 'spec.template.spec' };

/**
 * As Cluster API's KubeadmControlPlane controller tells a rollout from a change in place (filters.go). What
 * `kubeadm init` was told is past once the first Machine is there.
 */
export const CONTROL_PLANE_FIELDS: readonly Field[] = [
  MACHINE,
  { path: ['metadata'], field: 'metadata', effect: 'record' },
  { path: ['replicas'], field: 'spec.replicas', effect: 'machines' },
  { path: ['version'], field: 'spec.version' },
  { path: ['machineMetadata'], field: 'spec.machineTemplate.metadata', effect: 'nodes' },
  { path: ['taints'], field: 'spec.machineTemplate.taints', effect: 'nodes' },
  { path: ['rollout', 'maxSurge'], field: 'spec.rolloutStrategy.rollingUpdate.maxSurge', effect: 'record' },
  { path: ['rollout', 'after'], field: 'spec.rolloutAfter', effect: 'record', show: showTime },
  { path: ['rollout', 'certificatesExpiryDays'], field: 'spec.rolloutBefore.certificatesExpiryDays', effect: 'record' },
  ...deletionFields('spec.machineTemplate'),
  { path: ['clusterConfiguration', 'etcd'], field: `${CONFIG}.clusterConfiguration.etcd.local` },
  { path: ['clusterConfiguration'], field: `${CONFIG}.clusterConfiguration` },
  { path: ['initNodeRegistration'], field: `${INIT}.nodeRegistration`, effect: 'record' },
  { path: ['init'], field: INIT, effect: 'record' },
  { path: ['joinNodeRegistration'], field: `${JOIN}.nodeRegistration` },
  { path: ['join', 'timeouts', 'controlPlaneComponentHealthCheck'], field: `${JOIN}.timeouts.controlPlaneComponentHealthCheckSeconds`, effect: 'record' },
  { path: ['join'], field: JOIN },
  { path: ['bootstrap'], field: CONFIG },
];

const TEMPLATE = 'spec.template.spec';
const ROLLING_UPDATE = 'spec.strategy.rollingUpdate';

/** As Cluster API's MachineDeployment controller tells them apart (mdutil, MachineTemplateUpToDate). */
export const DEPLOYMENT_FIELDS: readonly Field[] = [
  MACHINE,
  { path: ['metadata'], field: 'metadata', effect: 'record' },
  { path: ['replicas'], field: 'spec.replicas', effect: 'machines' },
  { path: ['version'], field: `${TEMPLATE}.version` },
  { path: ['machineMetadata'], field: 'spec.template.metadata', effect: 'nodes' },
  { path: ['taints'], field: `${TEMPLATE}.taints`, effect: 'nodes' },
  { path: ['failureDomain'], field: `${TEMPLATE}.failureDomain` },
  { path: ['rollout', 'strategy'], field: 'spec.strategy.type', effect: 'record' },
  { path: ['rollout', 'maxSurge'], field: `${ROLLING_UPDATE}.maxSurge`, effect: 'record' },
  { path: ['rollout', 'maxUnavailable'], field: `${ROLLING_UPDATE}.maxUnavailable`, effect: 'record' },
  { path: ['rollout', 'after'], field: 'spec.rolloutAfter', effect: 'record', show: showTime },
  { path: ['minReadySeconds'], field: 'spec.minReadySeconds', effect: 'record' },
  { path: ['progressDeadlineSeconds'], field: 'spec.progressDeadlineSeconds', effect: 'record' },
  ...deletionFields(TEMPLATE),
  { path: ['deletePolicy'], field: `${ROLLING_UPDATE}.deletePolicy`, effect: 'record' },
  {
    path: ['nodeRegistration'],
    kind: 'KubeadmConfigTemplate',
    field: `${TEMPLATE}.joinConfiguration.nodeRegistration`,
  },
  { path: ['join'], kind: 'KubeadmConfigTemplate', field: `${TEMPLATE}.joinConfiguration` },
  { path: ['bootstrap'], kind: 'KubeadmConfigTemplate', field: TEMPLATE },
];
