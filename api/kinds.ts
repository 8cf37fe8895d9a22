/** The kinds of a manifest: which are read, and what to use instead of the ones that are known and not read. */

const GROUPS = {
  core: 'cluster.x-k8s.io',
  controlPlane: 'controlplane.cluster.x-k8s.io',
  bootstrap: 'bootstrap.cluster.x-k8s.io',
  infrastructure: 'infrastructure.cluster.x-k8s.io',
} as const;

/** The one version of Cluster API's kinds that is read. */
const API_VERSION = 'v1beta1';

export const KINDS = {
  Cluster: GROUPS.core,
  DockerCluster: GROUPS.infrastructure,
  KubeadmControlPlane: GROUPS.controlPlane,
  DockerMachineTemplate: GROUPS.infrastructure,
  MachineDeployment: GROUPS.core,
  KubeadmConfigTemplate: GROUPS.bootstrap,
} as const;

export type Kind = keyof typeof KINDS;

export const KIND_NAMES = Object.keys(KINDS).filter((kind): kind is Kind => kind in KINDS);

export const isKind = (kind: string): kind is Kind => Object.hasOwn(KINDS, kind);

/** "cluster.x-k8s.io/v1beta1" */
export const apiVersionOf = (kind: Kind): string => `${KINDS[kind]}/${API_VERSION}`;

const WRITE_OUT = 'write the Cluster with a KubeadmControlPlane and MachineDeployments instead';
const NO_PROVIDER =
  'Slipway makes machines with Docker and kubeadm: use DockerCluster, DockerMachineTemplate, KubeadmControlPlane and KubeadmConfigTemplate';

/** Kinds that Cluster API's users know, and what to write in their place. */
const INSTEAD: Readonly<Record<string, string>> = {
  ClusterClass: WRITE_OUT,
  KubeadmControlPlaneTemplate: WRITE_OUT,
  DockerClusterTemplate: WRITE_OUT,
  DevClusterTemplate: WRITE_OUT,
  MachinePool: 'use a MachineDeployment',
  DockerMachinePool: 'use a MachineDeployment',
  DockerMachinePoolTemplate: 'use a MachineDeployment',
  Machine: 'use a KubeadmControlPlane or a MachineDeployment: Slipway makes their Machines',
  MachineSet: 'use a MachineDeployment',
  DockerMachine: 'use a DockerMachineTemplate',
  KubeadmConfig: 'use a KubeadmConfigTemplate, or the kubeadmConfigSpec of the KubeadmControlPlane',
  DevCluster: 'use a DockerCluster',
  DevMachine: 'use a DockerMachineTemplate',
  DevMachineTemplate: 'use a DockerMachineTemplate',
  MachineHealthCheck: 'leave it out: this version replaces no unhealthy machines',
  MachineDrainRule: 'leave it out',
  ClusterResourceSet: 'leave it out: Slipway brings the network add-on; apply the rest with kubectl',
  ClusterResourceSetBinding: 'leave it out',
  ConfigMap: 'leave it out, and apply it to the created cluster with kubectl',
  Secret: 'leave it out: Slipway makes the certificates; the contents of files belong into files[].content',
  Namespace: 'leave it out: a namespace only qualifies names here',
  List: 'write its items as documents of their own, with --- between them',
};

/**
 * Whether objects of that apiVersion live inside a cluster, not beside it: all that are neither Cluster API's nor one
 * of its providers'.
 */
export const isForWorkloads = (apiVersion: string): boolean =>
  apiVersion !== '' && !/(^|\.)cluster\.x-k8s\.io\//.test(apiVersion);

/** What to write instead of a kind that is known and not read; undefined for an unknown kind. */
export const findReplacement = ({
  kind,
  group,
}: {
  readonly kind: string;
  readonly group: string;
}): string | undefined => {
  const instead = Object.hasOwn(INSTEAD, kind) ? INSTEAD[kind] : undefined;
  if (instead !== undefined) return instead;
  const isProviders = group === GROUPS.infrastructure || group === GROUPS.bootstrap || group === GROUPS.controlPlane;
  return isProviders ? NO_PROVIDER : undefined;
};
