/**
 * What a user asked for, after parsing, defaulting and validation: the one shape
 * that the rest of Slipway reads. Field names follow Cluster API v1beta1.
 * A plain JSON value: it travels through Temporal and into the store as it is.
 */

/**
 * A text that may hold a secret. `plain` exists only inside the process that read
 * the manifest; `sealed` only between CLI and worker (base64, sealed to the store's
 * public key); `ref` is what workflows and the store's records carry.
 */
export type SecretValue = { readonly plain: string } | { readonly sealed: string } | { readonly ref: string };

export type Taint = {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
};

/** Flags by name, without dashes; a list for a flag that is given several times, which only v1beta2 can say. */
export type ExtraArgs = Readonly<Record<string, string | readonly string[]>>;

/** kubeadm's NodeRegistrationOptions, in Cluster API's v1beta1 spelling (extra args are a map). */
export type NodeRegistration = {
  readonly kubeletExtraArgs: ExtraArgs;
  /** undefined: kubeadm's default taint for control planes; []: none. */
  readonly taints?: readonly Taint[];
  readonly ignorePreflightErrors: readonly string[];
};

export type HostPathMount = {
  readonly name: string;
  readonly hostPath: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  readonly pathType?: string;
};

export type ControlPlaneComponent = {
  readonly extraArgs: ExtraArgs;
  readonly extraVolumes: readonly HostPathMount[];
};

/** The part of kubeadm's ClusterConfiguration that a manifest may set. */
export type ClusterConfiguration = {
  readonly apiServer: ControlPlaneComponent & { readonly certSANs: readonly string[] };
  readonly controllerManager: ControlPlaneComponent;
  readonly scheduler: ControlPlaneComponent;
  readonly etcd: {
    readonly extraArgs: ExtraArgs;
    /** Image tag of etcd, when the user wants another than kubeadm's. */
    readonly imageTag?: string;
  };
  readonly featureGates: Readonly<Record<string, boolean>>;
};

export type BootstrapFile = {
  readonly path: string;
  /** "root:root" unless set. */
  readonly owner: string;
  /** Octal digits, "0640". */
  readonly permissions: string;
  readonly content: SecretValue;
  readonly append: boolean;
};

export type BootstrapUser = {
  readonly name: string;
  readonly shell?: string;
  readonly groups?: string;
  readonly sudo?: string;
  readonly passwd?: SecretValue;
  readonly sshAuthorizedKeys: readonly string[];
};

export type BootstrapSpec = {
  readonly files: readonly BootstrapFile[];
  readonly users: readonly BootstrapUser[];
  readonly preKubeadmCommands: readonly SecretValue[];
  readonly postKubeadmCommands: readonly SecretValue[];
};

export type ExtraMount = { readonly hostPath: string; readonly containerPath: string; readonly readOnly: boolean };

/** DockerMachineTemplate.spec.template.spec */
export type DockerMachineSpec = {
  /** undefined: the image that set-up built for the Machine's Kubernetes version. */
  readonly customImage?: string;
  readonly extraMounts: readonly ExtraMount[];
};

export type Metadata = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};

export type DesiredControlPlane = {
  /** Name of the KubeadmControlPlane. */
  readonly name: string;
  /** The KubeadmControlPlane's own labels and annotations; absent when it has none. */
  readonly metadata?: Metadata;
  /** Odd, 1 or more. */
  readonly replicas: number;
  /** Kubernetes version, "v1.34.4". */
  readonly version: string;
  readonly machineMetadata: Metadata;
  readonly infrastructure: DockerMachineSpec;
  readonly clusterConfiguration: ClusterConfiguration;
  readonly initNodeRegistration: NodeRegistration;
  readonly joinNodeRegistration: NodeRegistration;
  readonly bootstrap: BootstrapSpec;
};

export type DesiredMachineDeployment = {
  readonly name: string;
  /** The MachineDeployment's own labels and annotations; absent when it has none. */
  readonly metadata?: Metadata;
  readonly replicas: number;
  readonly version: string;
  readonly machineMetadata: Metadata;
  readonly infrastructure: DockerMachineSpec;
  readonly nodeRegistration: NodeRegistration;
  readonly bootstrap: BootstrapSpec;
};

export type ClusterNetwork = {
  /** IPv4, one each: dual stack is refused by name for now. */
  readonly podCIDR: string;
  readonly serviceCIDR: string;
  readonly serviceDomain: string;
  readonly apiServerPort: number;
};

export type DesiredCluster = {
  readonly name: string;
  readonly namespace: string;
  readonly metadata: Metadata;
  readonly network: ClusterNetwork;
  readonly controlPlane: DesiredControlPlane;
  readonly machineDeployments: readonly DesiredMachineDeployment[];
};
