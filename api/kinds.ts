/** The kinds of a manifest that are read, and the versions of each. */

export const GROUPS = {
  core: 'cluster.x-k8s.io',
  controlPlane: 'controlplane.cluster.x-k8s.io',
  bootstrap: 'bootstrap.cluster.x-k8s.io',
  infrastructure: 'infrastructure.cluster.x-k8s.io',
  addons: 'addons.cluster.x-k8s.io',
  /** Slipway's own. */
  slipway: 'slipway.dev',
  /** Kubernetes' own first group, whose apiVersion is a version alone. */
  kubernetes: '',
} as const;

/** The versions that Cluster API serves, older first. */
const SERVED = ['v1beta1', 'v1beta2'] as const;
const KUBERNETES = ['v1'] as const;
const OWN = ['v1alpha1'] as const;

export const KINDS = {
  Cluster: { group: GROUPS.core, versions: SERVED },
  DockerCluster: { group: GROUPS.infrastructure, versions: SERVED },
  DevCluster: { group: GROUPS.infrastructure, versions: SERVED },
  KubeadmControlPlane: { group: GROUPS.controlPlane, versions: SERVED },
  DockerMachineTemplate: { group: GROUPS.infrastructure, versions: SERVED },
  DevMachineTemplate: { group: GROUPS.infrastructure, versions: SERVED },
  MachineDeployment: { group: GROUPS.core, versions: SERVED },
  KubeadmConfigTemplate: { group: GROUPS.bootstrap, versions: SERVED },
  ClusterResourceSet: { group: GROUPS.addons, versions: SERVED },
  ConfigMap: { group: GROUPS.kubernetes, versions: KUBERNETES },
  Secret: { group: GROUPS.kubernetes, versions: KUBERNETES },
  BackupSchedule: { group: GROUPS.slipway, versions: OWN },
} as const;

export type Kind = keyof typeof KINDS;
export type Version<K extends Kind = Kind> = (typeof KINDS)[K]['versions'][number];

/** The Dev kinds are the newer names of the Docker kinds: wherever one may stand, the other may. */
export const INFRASTRUCTURE_CLUSTERS = ['DockerCluster', 'DevCluster'] as const satisfies readonly Kind[];
export const MACHINE_TEMPLATES = ['DockerMachineTemplate', 'DevMachineTemplate'] as const satisfies readonly Kind[];

export const KIND_NAMES = Object.keys(KINDS).filter((kind): kind is Kind => kind in KINDS);

export const isKind = (kind: string): kind is Kind => Object.hasOwn(KINDS, kind);

/** "cluster.x-k8s.io/v1beta1"; the oldest version that is read, unless given. */
export const apiVersionOf = <K extends Kind>(kind: K, version: Version<K> = KINDS[kind].versions[0]): string => {
  const { group } = KINDS[kind];
  return group === GROUPS.kubernetes ? version : `${group}/${version}`;
};

/** All that are read, newest first. */
export const apiVersionsOf = (kind: Kind): readonly string[] =>
  versionsOf(kind)
    .map((version) => apiVersionOf(kind, version))
    .toReversed();

/** undefined: it is not read. */
export const findVersion = (kind: Kind, apiVersion: unknown): Version | undefined =>
  versionsOf(kind).find((version) => apiVersionOf(kind, version) === apiVersion);

const versionsOf = (kind: Kind): readonly Version[] => KINDS[kind].versions;
