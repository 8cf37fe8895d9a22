import type { DockerMachineSpec } from '../api/desired-cluster.ts';

export type MachineRole = 'control-plane' | 'worker';

/**
 * Where a Machine stands, in Cluster API's words. It moves only forward; a Machine
 * that cannot is replaced, never edited.
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
  readonly infrastructure: DockerMachineSpec;
  /** IPv4 on the cluster's network; static, because etcd's peer URLs depend on it. */
  readonly address: string;
  /** Port of 127.0.0.1 on the provider host that reaches the Machine's sshd. */
  readonly sshPort: number;
  readonly phase: MachinePhase;
  /** Epoch milliseconds (workflow time). */
  readonly createdAt: number;
  /** Epoch milliseconds of the last change of phase. */
  readonly phaseSince: number;
};
