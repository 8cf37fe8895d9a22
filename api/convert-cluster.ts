import { convertBootstrap, convertClusterConfiguration, convertNodeRegistration } from './convert-bootstrap.ts';
import { convertProvided } from './convert-provided.ts';
import { DEFAULT_NETWORK, DEFAULT_REPLICAS } from './defaults.ts';
import type {
  ClusterNetwork,
  DesiredCluster,
  DesiredControlPlane,
  DesiredMachineDeployment,
  DockerMachineSpec,
  Metadata,
} from './desired-cluster.ts';
import { MACHINE_TEMPLATES } from './kinds.ts';
import { isOfKind, type Resource } from './read-resources.ts';
import type { ClusterManifest } from './schema/cluster.ts';
import type { DevMachineTemplateManifest } from './schema/dev.ts';
import type { DockerMachineTemplateManifest } from './schema/docker.ts';

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
  const { customImage, extraMounts } = spec.template.spec;
  return {
    ...(inMemory === undefined ? {} : { inMemory }),
    ...(customImage === undefined ? {} : { customImage }),
    extraMounts: (extraMounts ?? []).map(({ hostPath, containerPath, readOnly }) => ({
      hostPath,
      containerPath,
      readOnly: readOnly ?? false,
    })),
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
  return {
    name: metadata.name,
    ...ownMetadata(metadata),
    replicas: spec.replicas ?? DEFAULT_REPLICAS,
    version: spec.version,
    machineMetadata: convertMetadata(spec.machineTemplate.metadata),
    infrastructure: convertMachine(findMachine(resources, spec.machineTemplate.infrastructureRef)),
    clusterConfiguration: convertClusterConfiguration(config.clusterConfiguration),
    initNodeRegistration: convertNodeRegistration(config.initConfiguration?.nodeRegistration),
    joinNodeRegistration: convertNodeRegistration(config.joinConfiguration?.nodeRegistration),
    bootstrap: convertBootstrap(config),
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
    version,
    machineMetadata: convertMetadata(spec.template.metadata),
    infrastructure: convertMachine(findMachine(resources, infrastructureRef)),
    nodeRegistration: convertNodeRegistration(config.joinConfiguration?.nodeRegistration),
    bootstrap: convertBootstrap(config),
  };
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
    ...convertProvided(resources, cluster),
  };
};
