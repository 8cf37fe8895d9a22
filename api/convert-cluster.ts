import { convertBackupSchedule } from './convert-backup-schedule.ts';
import { convertClusterConfiguration, convertCommand, convertNodeRegistration } from './convert-bootstrap.ts';
import { convertBootstrap } from './convert-files-and-users.ts';
import { convertProvided } from './convert-provided.ts';
import { convertControlPlaneRollout, convertDeploymentRollout } from './convert-rollout.ts';
import { DEFAULT_NETWORK, DEFAULT_REPLICAS } from './defaults.ts';
import type {
  ClusterNetwork,
  DeletionPolicy,
  DesiredCluster,
  DesiredControlPlane,
  DesiredMachineDeployment,
  DockerMachineSpec,
  FailureDomain,
  MachineTaint,
  Metadata,
} from './desired-cluster.ts';
import { INFRASTRUCTURE_CLUSTERS, MACHINE_TEMPLATES } from './kinds.ts';
import { isOfKind, type Resource } from './read-resources.ts';
import { parseDuration } from './validation/durations.ts';
import { withoutEmpty } from './without-empty.ts';
import type { ClusterManifest } from './schema/cluster.ts';
import type { DevMachineTemplateManifest } from './schema/dev.ts';
import type { DockerMachineTemplateManifest } from './schema/docker.ts';

type TaintsManifest = NonNullable<Resource<'MachineDeployment'>['manifest']>['spec']['template']['spec']['taints'];

type MetaManifest = {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
};

const convertMetadata = (manifest: MetaManifest | undefined): Metadata => ({
  labels: manifest?.labels ?? {},
  annotations: manifest?.annotations ?? {},
});

/** An owner's own labels and annotations; left out when there are none. */
const ownMetadata = (manifest: MetaManifest): { readonly metadata?: Metadata } => {
  const metadata = convertMetadata(manifest);
  const isEmpty = Object.keys(metadata.labels).length + Object.keys(metadata.annotations).length === 0;
  return isEmpty ? {} : { metadata };
};

const convertNetwork = ({ spec }: ClusterManifest): ClusterNetwork => ({
  podCIDR: spec.clusterNetwork?.pods?.cidrBlocks[0] ?? DEFAULT_NETWORK.podCIDR,
  serviceCIDR: spec.clusterNetwork?.services?.cidrBlocks[0] ?? DEFAULT_NETWORK.serviceCIDR,
  serviceDomain: spec.clusterNetwork?.serviceDomain ?? DEFAULT_NETWORK.serviceDomain,
  apiServerPort: spec.clusterNetwork?.apiServerPort ?? DEFAULT_NETWORK.apiServerPort,
});

const convertMachine = ({ spec }: DockerMachineTemplateManifest | DevMachineTemplateManifest): DockerMachineSpec => {
  const inMemory = 'inMemory' in spec.template.spec ? spec.template.spec.inMemory : undefined;
  const { customImage, extraMounts, preLoadImages } = spec.template.spec;
  return {
    ...(inMemory === undefined ? {} : { inMemory }),
    ...(customImage === undefined ? {} : { customImage }),
    extraMounts: (extraMounts ?? []).map(({ hostPath, containerPath, readOnly }) => ({
      hostPath,
      containerPath,
      readOnly: readOnly ?? false,
    })),
    ...withoutEmpty({ preLoadImages }),
  };
};

/** The manifest of a reference whose target may be of several kinds. */
const findMachine = (
  resources: readonly Resource[],
  { kind, name }: { readonly kind: string; readonly name: string },
): DockerMachineTemplateManifest | DevMachineTemplateManifest => {
  const known = MACHINE_TEMPLATES.find((template) => template === kind);
  if (known === undefined) throw new Error(`The checked manifest refers to a ${kind}`);
  return find(resources, known, name);
};

/** The manifest of one kind and name. Everything was checked before: what is missing here is a defect of the checks. */
const find = <K extends Resource['kind']>(
  resources: readonly Resource[],
  kind: K,
  name?: string,
): NonNullable<Resource<K>['manifest']> => {
  const found = resources.find(
    (resource): resource is Resource<K> => isOfKind(resource, kind) && (name === undefined || resource.name === name),
  );
  if (found?.manifest === undefined) throw new Error(`The checked manifest has no ${kind} ${name ?? ''}`);
  return found.manifest;
};

const convertControlPlane = (resources: readonly Resource[], name: string): DesiredControlPlane => {
  const { metadata, spec } = find(resources, 'KubeadmControlPlane', name);
  const config = spec.kubeadmConfigSpec;
  const { timeoutForControlPlane } = config.clusterConfiguration?.apiServer ?? {};
  return {
    name: metadata.name,
    ...ownMetadata(metadata),
    replicas: spec.replicas ?? DEFAULT_REPLICAS,
    ...(spec.replicas === undefined ? { replicasLeftOut: true as const } : {}),
    version: spec.version,
    machineMetadata: convertMetadata(spec.machineTemplate.metadata),
    ...convertControlPlaneRollout(spec),
    ...convertDeletion(spec.machineTemplate),
    ...convertTaints(spec.machineTemplate.taints),
    infrastructure: convertMachine(findMachine(resources, spec.machineTemplate.infrastructureRef)),
    clusterConfiguration: convertClusterConfiguration(config.clusterConfiguration),
    initNodeRegistration: convertNodeRegistration(config.initConfiguration?.nodeRegistration),
    joinNodeRegistration: convertNodeRegistration(config.joinConfiguration?.nodeRegistration),
    ...withoutEmpty({
      init: convertCommand(config.initConfiguration, timeoutForControlPlane),
      join: convertCommand(config.joinConfiguration),
    }),
    bootstrap: convertBootstrap(resources, config),
  };
};

const convertDeployment = (resources: readonly Resource[], name: string): DesiredMachineDeployment => {
  const { metadata, spec } = find(resources, 'MachineDeployment', name);
  const { bootstrap, infrastructureRef, version } = spec.template.spec;
  const config = find(resources, 'KubeadmConfigTemplate', bootstrap.configRef.name).spec.template.spec;
  return {
    name: metadata.name,
    ...ownMetadata(metadata),
    replicas: spec.replicas ?? DEFAULT_REPLICAS,
    ...(spec.replicas === undefined ? { replicasLeftOut: true as const } : {}),
    version,
    machineMetadata: convertMetadata(spec.template.metadata),
    ...convertDeploymentRollout(spec),
    ...convertDeletion(spec.template.spec),
    ...convertDeletePolicy(spec.strategy?.rollingUpdate?.deletePolicy),
    ...convertTaints(spec.template.spec.taints),
    infrastructure: convertMachine(findMachine(resources, infrastructureRef)),
    nodeRegistration: convertNodeRegistration(config.joinConfiguration?.nodeRegistration),
    ...withoutEmpty({ join: convertCommand(config.joinConfiguration), failureDomain: spec.template.spec.failureDomain }),
    bootstrap: convertBootstrap(resources, config),
  };
};

/** 0 is how Kubernetes writes "no limit". */
const convertDeletion = ({
  nodeDrainTimeout,
  nodeVolumeDetachTimeout,
}: {
  readonly nodeDrainTimeout?: string | undefined;
  readonly nodeVolumeDetachTimeout?: string | undefined;
}): { readonly deletion?: DeletionPolicy } => {
  const [drain, detach] = [nodeDrainTimeout, nodeVolumeDetachTimeout].map((text) => parseDuration(text ?? '') ?? 0);
  const deletion = { ...(drain ? { drainTimeoutMs: drain } : {}), ...(detach ? { volumeDetachTimeoutMs: detach } : {}) };
  return Object.keys(deletion).length === 0 ? {} : { deletion };
};

const convertDeletePolicy = (policy: '' | 'Random' | 'Newest' | 'Oldest' | undefined): { readonly deletePolicy?: 'Newest' | 'Oldest' } =>
  policy === 'Newest' || policy === 'Oldest' ? { deletePolicy: policy } : {};

const convertTaints = (taints: TaintsManifest): { readonly taints?: readonly MachineTaint[] } =>
  taints === undefined || taints.length === 0
    ? {}
    : { taints: taints.map(({ key, value, effect, propagation }) => ({ key, ...withoutEmpty({ value }), effect, propagation })) };

const convertFailureDomains = (
  resources: readonly Resource[],
  { kind, name }: { readonly kind: string; readonly name: string },
): readonly FailureDomain[] => {
  const known = INFRASTRUCTURE_CLUSTERS.find((infrastructure) => infrastructure === kind);
  if (known === undefined) throw new Error(`The checked manifest refers to a ${kind}`);
  return Object.entries(find(resources, known, name).spec?.failureDomains ?? {})
    .map(([domain, { controlPlane, attributes }]) => ({ name: domain, controlPlane: controlPlane ?? false, ...withoutEmpty({ attributes }) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
};

/** The cluster that checked documents describe. MachineDeployments are in the order of their names. */
export const convertCluster = (resources: readonly Resource[]): DesiredCluster => {
  const cluster = find(resources, 'Cluster');
  const deployments = resources.filter((resource) => isOfKind(resource, 'MachineDeployment')).map(({ name }) => name);
  return {
    name: cluster.metadata.name,
    namespace: cluster.metadata.namespace ?? 'default',
    metadata: convertMetadata(cluster.metadata),
    network: convertNetwork(cluster),
    controlPlane: convertControlPlane(resources, cluster.spec.controlPlaneRef.name),
    machineDeployments: deployments.toSorted().map((name) => convertDeployment(resources, name)),
    ...withoutEmpty({ failureDomains: convertFailureDomains(resources, cluster.spec.infrastructureRef) }),
    ...convertProvided(resources, cluster),
    ...convertBackupSchedule(resources),
  };
};
