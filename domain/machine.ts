import type { DockerMachineSpec } from '../api/desired-cluster.ts';

export type MachineRole = 'control-plane' | 'worker';

/**
 * Where a Machine stands, in Cluster API's words. It moves only forward; a Machine
 * that cannot is replaced, never edited. An abort alone takes back a removal that has done no harm yet.
 *  Pending       named and given its address; nothing exists yet
 *  Provisioning  its infrastructure is being made
 *  Provisioned   reachable over SSH with its pinned host key
 *  Bootstrapping kubeadm is at work on it
 *  Joined        part of the cluster; its Node has not been seen Ready yet
 *  Running       its Node has been Ready
 *  Deleting      on its way out
 */
export type MachinePhase =
  | 'Pending'
  | 'Provisioning'
  | 'Provisioned'
  | 'Bootstrapping'
  | 'Joined'
  | 'Running'
  | 'Deleting';

/** One Machine as the cluster's workflow and the store's machine table hold it. */
export type Machine = {
  /** Also the Node's name and the container's; never used twice. */
  readonly name: string;
  readonly uid: string;
  readonly role: MachineRole;
  /** Name of the KubeadmControlPlane or MachineDeployment. */
  readonly owner: string;
  /** Kubernetes version, "v1.34.4". */
  readonly version: string;
  /** Hash of the template that it was made from; absent in Machines of before there were any. */
  readonly template?: string;
  readonly infrastructure: DockerMachineSpec;
  /** Version of its etcd, "3.5.35", as its member has said; absent where nobody has had to know, and of workers. */
  readonly etcd?: string;
  /** Of the infrastructure that it lives in; absent where there are none. */
  readonly failureDomain?: string;
  /** IPv4 on the cluster's network; static, because etcd's peer URLs depend on it. */
  readonly address: string;
  /** Port of 127.0.0.1 on the provider host that reaches the Machine's sshd. */
  readonly sshPort: number;
  readonly phase: MachinePhase;
  /** Somebody asked for this very Machine to go; its owner brings up another. */
  readonly deletion?: MachineDeletion;
  /** What people wrote on it; see machine-annotations.ts for what is heeded. Absent: nothing. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Epoch milliseconds (workflow time). */
  readonly createdAt: number;
  /** Epoch milliseconds of the last change of phase. */
  readonly phaseSince: number;
  /** Of one on its way out, where an abort takes it; absent once its removal can only be finished. */
  readonly returnsTo?: 'Joined' | 'Running';
  /** Its removal was taken back by the operation under way: it is the last to be chosen again. */
  readonly takenBack?: true;
};

/** Who wants a Machine to go, and since when (epoch milliseconds, workflow time). */
export type MachineDeletion = { readonly actor: string; readonly at: number; readonly reason?: string };

/** Whether it counts towards its owner's replicas. */
export function isStaying(machine: Pick<Machine, 'deletion' | 'phase'>): boolean {
  return machine.deletion === undefined && machine.phase !== 'Deleting';
}

/** Its infrastructure has been made. */
export function isMade({ phase }: Pick<Machine, 'phase'>): boolean {
  return phase !== 'Pending' && phase !== 'Provisioning';
}

/** kubeadm has not touched it: it cannot be a member, whatever etcd lists. */
export function isUntouched(machine: Pick<Machine, 'phase'>): boolean {
  return !isMade(machine) || machine.phase === 'Provisioned';
}

/** kubeadm has finished its part: its etcd member votes, or did. A Machine on its way out may never have joined. */
export function hasJoined({ phase }: Pick<Machine, 'phase'>): boolean {
  return phase === 'Joined' || phase === 'Running';
}

/** Also one on its way out: whatever kubeadm did there counts, and is not to be done again. */
export function mayHaveJoined(machine: Pick<Machine, 'phase'>): boolean {
  return hasJoined(machine) || machine.phase === 'Deleting';
}

/** Of one MachineDeployment; a KubeadmControlPlane may have the same name. */
export function workersOf<M extends Pick<Machine, 'role' | 'owner'>>(machines: readonly M[], deployment: string): readonly M[] {
  return machines.filter(({ role, owner }) => role === 'worker' && owner === deployment);
}

/** Those whose etcd member and API server a cluster has, or had. */
export function joinedControlPlanes<M extends Pick<Machine, 'role' | 'phase'>>(machines: readonly M[]): readonly M[] {
  return machines.filter((machine) => machine.role === 'control-plane' && hasJoined(machine));
}
