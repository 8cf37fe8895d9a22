/**
 * What a user asked for, after parsing, defaulting and validation: the one shape
 * that the rest of Slipway reads. Field names follow Cluster API v1beta1.
 * A plain JSON value: it travels through Temporal and into the store as it is.
 */
import type { BackupSchedule } from './backup-schedule.ts';
import type { ControlPlaneRollout, DeploymentRollout } from './rollout-settings.ts';

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

/** A taint of a Machine for its Node: kept up always, or there when the Node registers and then anybody's to take away. */
export type MachineTaint = Taint & { readonly propagation: 'Always' | 'OnInitialization' };

/** kubeadm's NodeRegistrationOptions, in Cluster API's v1beta1 spelling (extra args are a map). */
export type NodeRegistration = {
  readonly kubeletExtraArgs: ExtraArgs;
  /** undefined: kubeadm's default taint for control planes; []: none. */
  readonly taints?: readonly Taint[];
  readonly ignorePreflightErrors: readonly string[];
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  readonly imagePullSerial?: boolean;
};

export type HostPathMount = {
  readonly name: string;
  readonly hostPath: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  readonly pathType?: string;
};

export type EnvironmentVariable = { readonly name: string; readonly value: string };

export type ControlPlaneComponent = {
  readonly extraArgs: ExtraArgs;
  readonly extraVolumes: readonly HostPathMount[];
  readonly extraEnvs?: readonly EnvironmentVariable[];
};

/** Where an image is pulled from instead of kubeadm's own place. */
export type ImageSource = { readonly imageRepository?: string; readonly imageTag?: string };

/** The part of kubeadm's ClusterConfiguration that a manifest may set. */
export type ClusterConfiguration = {
  readonly apiServer: ControlPlaneComponent & { readonly certSANs: readonly string[] };
  readonly controllerManager: ControlPlaneComponent;
  readonly scheduler: ControlPlaneComponent;
  readonly etcd: {
    readonly extraArgs: ExtraArgs;
    /** Image tag of etcd, when the user wants another than kubeadm's. */
    readonly imageTag?: string;
    readonly imageRepository?: string;
    readonly extraEnvs?: readonly EnvironmentVariable[];
    readonly serverCertSANs?: readonly string[];
    readonly peerCertSANs?: readonly string[];
  };
  readonly dns?: ImageSource;
  readonly imageRepository?: string;
  readonly featureGates: Readonly<Record<string, boolean>>;
};

export type BootstrapFile = {
  readonly path: string;
  /** "root:root" unless set. */
  readonly owner: string;
  /** Octal digits, "0640". */
  readonly permissions: string;
  readonly content: SecretValue;
  /** The content is base64 of bytes that are no UTF-8 text. */
  readonly binary?: true;
  readonly append: boolean;
};

export type BootstrapUser = {
  readonly name: string;
  readonly shell?: string;
  readonly groups?: string;
  readonly sudo?: string;
  readonly passwd?: SecretValue;
  readonly sshAuthorizedKeys: readonly string[];
  /** Full name. */
  readonly gecos?: string;
  readonly homeDir?: string;
  readonly primaryGroup?: string;
  /** Whether the password is of no use; cloud-init locks it unless this is false. */
  readonly lockPassword?: boolean;
  /** The account has expired from the start. */
  readonly inactive?: true;
};

export type BootstrapSpec = {
  readonly files: readonly BootstrapFile[];
  readonly users: readonly BootstrapUser[];
  readonly preKubeadmCommands: readonly SecretValue[];
  readonly postKubeadmCommands: readonly SecretValue[];
  /** Run at every boot, before all else. */
  readonly bootCommands?: readonly SecretValue[];
  /** Lines of fstab, each by its fields: device, mount point, type, options, dump, pass. */
  readonly mounts?: readonly (readonly string[])[];
  /** kubeadm's -v. */
  readonly verbosity?: number;
};

/** kubeadm's time limits, in seconds. */
export type KubeadmTimeouts = Readonly<
  Partial<
    Record<
      'controlPlaneComponentHealthCheck' | 'kubeletHealthCheck' | 'kubernetesAPICall' | 'etcdAPICall' | 'tlsBootstrap' | 'discovery',
      number
    >
  >
>;

/** What `kubeadm init` or `kubeadm join` is told beside its Node's registration. */
export type KubeadmCommand = {
  readonly skipPhases?: readonly string[];
  /** Folder on the Machine with patches of kubeadm's own manifests. */
  readonly patches?: string;
  readonly timeouts?: KubeadmTimeouts;
};

export type ExtraMount = { readonly hostPath: string; readonly containerPath: string; readonly readOnly: boolean };

/** How long something takes to come up, and the share of it that chance may add. */
export type Provisioning = { readonly startupMilliseconds: number; readonly startupJitter: number };

/** DevMachineTemplate.spec.template.spec.backend.inMemory; what is left out takes no time. */
export type InMemoryMachineSpec = {
  readonly vm?: Provisioning;
  readonly node?: Provisioning;
  readonly apiServer?: Provisioning;
  readonly etcd?: Provisioning;
};

/** DockerMachineTemplate.spec.template.spec, and what stands below the backend of a DevMachineTemplate. */
export type DockerMachineSpec = {
  /** Set: the Machine is one of the simulator's, and nothing else of this applies. */
  readonly inMemory?: InMemoryMachineSpec;
  /** undefined: the image that set-up built for the Machine's Kubernetes version. */
  readonly customImage?: string;
  readonly extraMounts: readonly ExtraMount[];
  /** Images of the engine that are loaded into the machine before kubeadm runs. */
  readonly preLoadImages?: readonly string[];
};

export type Metadata = {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};

/** How long a Machine's way out may take, in milliseconds; absent: as long as it takes. */
export type DeletionPolicy = {
  /** nodeDrainTimeout: then its Pods are left to themselves. */
  readonly drainTimeoutMs?: number;
  /** nodeVolumeDetachTimeout */
  readonly volumeDetachTimeoutMs?: number;
};

export type DesiredControlPlane = {
  /** Name of the KubeadmControlPlane. */
  readonly name: string;
  /** The KubeadmControlPlane's own labels and annotations; absent when it has none. */
  readonly metadata?: Metadata;
  /** Odd, 1 or more. */
  readonly replicas: number;
  /** The manifest says nothing of them: a cluster that exists keeps its own. Only from manifest to apply. */
  readonly replicasLeftOut?: true;
  /** Kubernetes version, "v1.34.4". */
  readonly version: string;
  readonly machineMetadata: Metadata;
  readonly rollout?: ControlPlaneRollout;
  readonly deletion?: DeletionPolicy;
  /** Of the Machines, for their Nodes. */
  readonly taints?: readonly MachineTaint[];
  readonly infrastructure: DockerMachineSpec;
  readonly clusterConfiguration: ClusterConfiguration;
  readonly initNodeRegistration: NodeRegistration;
  readonly joinNodeRegistration: NodeRegistration;
  readonly init?: KubeadmCommand;
  readonly join?: KubeadmCommand;
  readonly bootstrap: BootstrapSpec;
};

export type DesiredMachineDeployment = {
  readonly name: string;
  /** The MachineDeployment's own labels and annotations; absent when it has none. */
  readonly metadata?: Metadata;
  readonly replicas: number;
  /** As for the control plane. */
  readonly replicasLeftOut?: true;
  readonly version: string;
  readonly machineMetadata: Metadata;
  readonly rollout?: DeploymentRollout;
  /** How long a new Machine's Node must be ready before the Machine counts as available. */
  readonly minReadySeconds?: number;
  /** A rollout without progress for so long has failed, and says so. */
  readonly progressDeadlineSeconds?: number;
  readonly deletion?: DeletionPolicy;
  /** Which Machines go first when there are too many; absent: Random. */
  readonly deletePolicy?: 'Newest' | 'Oldest';
  /** Of the Machines, for their Nodes. */
  readonly taints?: readonly MachineTaint[];
  readonly infrastructure: DockerMachineSpec;
  readonly nodeRegistration: NodeRegistration;
  readonly join?: KubeadmCommand;
  readonly failureDomain?: string;
  readonly bootstrap: BootstrapSpec;
};

export type ClusterNetwork = {
  /** IPv4, one each: dual stack is refused by name for now. */
  readonly podCIDR: string;
  readonly serviceCIDR: string;
  readonly serviceDomain: string;
  readonly apiServerPort: number;
};

/** What one ConfigMap or Secret delivers to the cluster; `content` is YAML of Kubernetes objects. */
export type DeliveredResource = {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly content: SecretValue;
};

/** A ClusterResourceSet that selects this cluster; its resources in the order in which they are applied. */
export type ResourceSet = {
  readonly name: string;
  /** ApplyOnce makes what is missing; Reconcile also brings what is there to what the set says. */
  readonly strategy: 'ApplyOnce' | 'Reconcile';
  readonly resources: readonly DeliveredResource[];
};

/** PEM texts of one of a cluster's Secrets for certificates; of service accounts the public half and the private one. */
export type ProvidedKeyPair = { readonly certificate: SecretValue; readonly privateKey: SecretValue };

/** The certificates that a manifest brings; Slipway makes what is missing. */
export type ProvidedPki = {
  readonly ca?: ProvidedKeyPair;
  readonly etcd?: ProvidedKeyPair;
  readonly proxy?: ProvidedKeyPair;
  readonly sa?: ProvidedKeyPair;
};

/** Where Machines of a cluster may be, so that not all fail at once. */
export type FailureDomain = {
  readonly name: string;
  /** Whether control planes may be there. */
  readonly controlPlane: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
};

export type DesiredCluster = {
  readonly name: string;
  readonly namespace: string;
  readonly metadata: Metadata;
  readonly network: ClusterNetwork;
  readonly controlPlane: DesiredControlPlane;
  readonly machineDeployments: readonly DesiredMachineDeployment[];
  /** In the order of their names; absent: none. */
  readonly failureDomains?: readonly FailureDomain[];
  /** In the order of their names; absent: none. */
  readonly resourceSets?: readonly ResourceSet[];
  /** Somebody else brings the network of pods; absent: Slipway does. */
  readonly networkAddon?: 'provided';
  readonly pki?: ProvidedPki;
  /** The manifest's; one that was set by a command is kept elsewhere. */
  readonly backupSchedule?: BackupSchedule;
};
