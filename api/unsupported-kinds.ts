import { GROUPS } from './kinds.ts';

/** Kinds that are known and not read, and what to write in their place. */

const WRITE_OUT = 'write the Cluster with a KubeadmControlPlane and MachineDeployments instead';
const NO_PROVIDER =
  'Slipway makes machines with Docker and kubeadm: use DockerCluster, DockerMachineTemplate, KubeadmControlPlane and KubeadmConfigTemplate';
const NO_POOLS = 'use a MachineDeployment';

const INSTEAD: Readonly<Record<string, string>> = {
  ClusterClass: WRITE_OUT,
  KubeadmControlPlaneTemplate: WRITE_OUT,
  DockerClusterTemplate: WRITE_OUT,
  DevClusterTemplate: WRITE_OUT,
  MachinePool: NO_POOLS,
  DockerMachinePool: NO_POOLS,
  DockerMachinePoolTemplate: NO_POOLS,
  DevMachinePool: NO_POOLS,
  DevMachinePoolTemplate: NO_POOLS,
  Machine: 'use a KubeadmControlPlane or a MachineDeployment: Slipway makes their Machines',
  MachineSet: 'use a MachineDeployment',
  DockerMachine: 'use a DockerMachineTemplate',
  DevMachine: 'use a DevMachineTemplate',
  KubeadmConfig: 'use a KubeadmConfigTemplate, or the kubeadmConfigSpec of the KubeadmControlPlane',
  MachineHealthCheck: 'leave it out: this version replaces no unhealthy machines',
  MachineDrainRule: 'leave it out',
  ClusterResourceSetBinding: 'leave it out',
  HelmChartProxy: 'leave it out, and install the chart into the created cluster with helm',
  Namespace: 'leave it out: a namespace only qualifies names here',
  List: 'write its items as documents of their own, with --- between them',
};

/** What other providers call theirs ends with what it is: AWSMachineTemplate, RKE2ControlPlane, TalosConfigTemplate. */
const BY_ENDING: readonly (readonly [ending: RegExp, instead: string])[] = [
  [/MachinePool(Template)?$/, NO_POOLS],
  [/(Cluster|ControlPlane)Template$/, WRITE_OUT],
  [/MachineTemplate$/, 'use a DockerMachineTemplate: Slipway makes machines with Docker'],
  [/ConfigTemplate$/, 'use a KubeadmConfigTemplate: Slipway makes clusters with kubeadm'],
  [/ControlPlane$/, 'use a KubeadmControlPlane: Slipway makes clusters with kubeadm'],
  [/Cluster$/, 'use a DockerCluster: Slipway makes machines with Docker'],
];

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
  if (!isProviders) return undefined;
  return BY_ENDING.find(([ending]) => ending.test(kind))?.[1] ?? NO_PROVIDER;
};
