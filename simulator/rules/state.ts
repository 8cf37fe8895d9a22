import type { MachineRole } from '../../domain/machine.ts';

/**
 * One simulated cluster as a plain JSON value. All times are simulated epoch milliseconds. What is
 * true "now" is read from facts and their times, so nothing has to tick while nobody looks.
 */
export type SimulatedCluster = {
  readonly uid: string;
  readonly name: string;
  readonly installation: string;
  /** Everything that chance decides in this cluster follows from it. */
  readonly seed: string;
  /** Up to here everything has happened. */
  readonly at: number;
  /** Name or claim → port. They are numbers only: nothing listens. */
  readonly ports: Readonly<Record<string, number>>;
  readonly network: boolean;
  readonly loadBalancer?: LoadBalancer;
  readonly machines: readonly SimulatedMachine[];
  readonly etcd: Etcd;
  /** Kubernetes version of the configuration that kubeadm reads when it joins. */
  readonly uploadedVersion?: string;
  /** Of CoreDNS and kube-proxy. */
  readonly addonsVersion?: string;
  /** When they were upgraded to it; absent: they came with the cluster. */
  readonly addonsSince?: number;
  /** Where what reaches the API by address was last told that it is; absent: where it was made. */
  readonly moved?: { readonly to: string; readonly keys: 'kept' | 'own' };
  readonly nodes: readonly SimulatedNode[];
  readonly workloads: Workloads;
  readonly faults: readonly Fault[];
  readonly chaos?: Chaos;
  /** How often each operation was called; what chance decides depends on it, not on the order of clusters. */
  readonly calls: Readonly<Record<string, number>>;
};

export type LoadBalancer = { readonly apiServerPort: number; readonly backends: readonly LoadBalancerBackend[] };

export type LoadBalancerBackend = {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly addedAt: number;
};

export type SimulatedMachine = {
  readonly name: string;
  readonly uid: string;
  readonly role: MachineRole;
  readonly owner: string;
  readonly version: string;
  readonly address: string;
  readonly sshPort: number;
  readonly failureDomain?: string;
  readonly timing: Timing;
  readonly power: { readonly on: boolean; readonly since: number };
  /** Cannot reach its peers, nor they it. */
  readonly partitioned: boolean;
  /** Slipway cannot reach its sshd. */
  readonly unreachable: boolean;
  /** For what bootstrap data lies there. */
  readonly bootstrapData?: BootstrapRole;
  /** kubeadm's newest run. */
  readonly run?: KubeadmRun;
  /** The last run of each other operation: an attempt older than it is refused. */
  readonly earlierRuns: readonly KubeadmRun[];
  /** etcd's data directory: whose it is, and since when its process would serve were the Machine on. */
  readonly etcd?: { readonly memberId: string; readonly upAt: number };
  /** Instead of the one that goes with its Kubernetes version. */
  readonly etcdVersion?: string;
  readonly apiServer?: { readonly upAt: number };
  /** Of the certificates that kubeadm made for its control plane. */
  readonly certificatesExpireAt?: number;
  /** Whether `/readyz` answers ok, and since when it does or does not. */
  readonly readyz: { readonly ok: boolean; readonly since: number };
  readonly kubelet?: { readonly upAt: number };
  /** Taken of its member's data and not yet discarded, by the backup's ID. */
  readonly snapshots?: Readonly<Record<string, EtcdSnapshot>>;
};

export type BootstrapRole = 'init' | 'join-control-plane' | 'join-worker';

/** Milliseconds, chosen when the Machine was made. */
export type Timing = {
  /** From creation to an answering sshd. */
  readonly vm: number;
  readonly etcd: number;
  readonly apiServer: number;
  /** From a running kubelet to a Ready Node. */
  readonly node: number;
  /** What a learner takes to have all of the leader's log. */
  readonly catchUp: number;
  readonly reset: number;
};

/** What runs as one command: a control plane joins in three, prepare, etcd and serve. */
export type KubeadmStage = 'init' | 'restore' | 'join' | 'prepare' | 'etcd' | 'serve' | 'reset' | 'upload-config' | 'addons';

export type KubeadmPhase = 'preflight' | 'discovery' | 'etcd-start' | 'etcd-restore' | 'etcd-add' | 'etcd-promote' | 'control-plane' | 'kubelet' | 'reset' | 'upload-config' | 'addons';

export type KubeadmRun = {
  /** "kubeadm-join", "kubeadm-reset-12": as a durable command is named. */
  readonly operation: string;
  readonly stage: KubeadmStage;
  /** Kubernetes version that upload-config or addons brings. */
  readonly version?: string;
  /** ID of the backup that restore begins with. */
  readonly backup?: string;
  /** Of the attempt that began it. */
  readonly generation: number;
  /** Of the latest attempt that asked for it: an older one is refused. */
  readonly latest: number;
  readonly phase: KubeadmPhase;
  readonly phaseSince: number;
  /** A fault keeps it in this phase until then; without a time, until kubeadm itself gives up. */
  readonly held?: { readonly until?: number };
  readonly ended?: { readonly at: number; readonly exitCode: number; readonly output: string };
  /** A reset has taken back what it did: it may run again, but no older attempt. */
  readonly undone?: true;
};

export type Etcd = {
  readonly members: readonly EtcdMemberState[];
  readonly leader?: string;
  /** When the members that are connected will have a leader again. */
  readonly electionAt?: number;
  readonly term: number;
  /** Grows with each acknowledged write. */
  readonly revision: number;
  readonly values: Readonly<Record<string, string>>;
  readonly alarms: readonly { readonly memberId: string; readonly alarm: 'NOSPACE' | 'CORRUPT' }[];
  readonly membersEver: number;
  /** Every list of members that there was, oldest first; absent before the first. */
  readonly memberships?: readonly MembershipEntry[];
};

/** IDs of those that voted and that learned from then on, and how many of the voters were connected. */
export type MembershipEntry = {
  readonly at: number;
  readonly voters: readonly string[];
  readonly learners: readonly string[];
  readonly connected: number;
};

/** What a simulated etcd holds: all that a cluster restored from it would have. */
export type EtcdSnapshot = Pick<Etcd, 'revision' | 'values'> & Pick<SimulatedCluster, 'nodes' | 'workloads' | 'moved'>;

export type EtcdMemberState = {
  readonly id: string;
  /** Empty until it has started once. */
  readonly name: string;
  readonly peerUrl: string;
  readonly learner: boolean;
  /** Since when it is connected to the rest; undefined while it is not. */
  readonly activeSince?: number;
  /** Of a learner: when it will have the leader's whole log; from 90 % of that it may be promoted. */
  readonly catchUp?: { readonly from: number; readonly until: number };
};

export type SimulatedNode = {
  readonly name: string;
  readonly version: string;
  readonly ready: 'True' | 'False' | 'Unknown';
  readonly since: number;
  /** The kubelet's last sign of life, if it has stopped giving any. */
  readonly silentSince?: number;
  readonly unschedulable: boolean;
  /** Carries the taint node.kubernetes.io/out-of-service: what is on it counts as gone. */
  readonly outOfService: boolean;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Beside those that Kubernetes itself sets. */
  readonly taints?: readonly NodeTaint[];
};

export type NodeTaint = { readonly key: string; readonly value?: string; readonly effect: string };

export type Workloads = {
  readonly pods: readonly SimulatedPod[];
  readonly budgets: readonly DisruptionBudget[];
  /** Desired Pods by owner: what comes back after an eviction. */
  readonly controllers: readonly Controller[];
  /** "Namespace//kube-flannel": everything that was applied. */
  readonly applied: readonly string[];
  readonly podsEver: number;
};

export type Labels = Readonly<Record<string, string>>;

export type SimulatedPod = {
  readonly namespace: string;
  readonly name: string;
  /** Undefined while no Node takes it. */
  readonly node?: string;
  readonly labels: Labels;
  readonly owner: 'ReplicaSet' | 'DaemonSet' | 'StaticPod' | 'none';
  readonly controller?: string;
  readonly emptyDir: boolean;
  readonly graceSeconds: number;
  /** Since when it is told to end: it does after its grace, if its Node's kubelet is there to see to it. */
  readonly terminatingSince?: number;
};

export type DisruptionBudget = {
  readonly namespace: string;
  readonly name: string;
  readonly selector: Labels;
  readonly minAvailable?: number;
  readonly maxUnavailable?: number;
};

export type Controller = {
  readonly kind: 'Deployment' | 'DaemonSet';
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
  readonly labels: Labels;
  readonly emptyDir: boolean;
  readonly graceSeconds: number;
};

/** What goes wrong with calls of one operation; see faults.ts. */
export type Fault = {
  readonly id: string;
  /** "ensureMachine", "runKubeadm"; "kubeadm/etcd-promote" for a phase inside kubeadm. */
  readonly operation: string;
  /** Of that Machine alone. */
  readonly machine?: string;
  readonly effect: FaultEffect;
  /** How often yet; 'always' never ends. */
  readonly times: number | 'always';
};

/**
 *  fail    an error; `after`: although the effect has happened
 *  hang    no answer; `after`: although the effect has happened
 *  late    the effect happens, the answer comes that much later
 */
export type FaultEffect =
  | { readonly kind: 'fail'; readonly after?: boolean; readonly message?: string }
  | { readonly kind: 'hang'; readonly after?: boolean }
  | { readonly kind: 'late'; readonly milliseconds: number };

/** Faults by chance: of all calls, these shares. */
export type Chaos = {
  readonly seed: string;
  readonly failureRate: number;
  readonly lateRate: number;
  readonly lateMilliseconds: number;
};
