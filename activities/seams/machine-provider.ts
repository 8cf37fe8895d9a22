import type { DockerMachineSpec } from '../../api/desired-cluster.ts';
import type { ClusterAllocation } from '../../domain/network/cluster-network.ts';
import type { ClusterIdentity } from '../../domain/identity.ts';
import type { MachineRole } from '../../domain/machine.ts';

export type AllocationRequest = {
  readonly cluster: ClusterIdentity;
  /** Pod and service CIDRs: the cluster's network must not overlap them. */
  readonly avoid: readonly string[];
  /** The port API servers listen on inside the cluster's network. */
  readonly apiServerPort: number;
};

export type MachineInfrastructureRequest = {
  readonly cluster: ClusterIdentity;
  readonly allocation: ClusterAllocation;
  readonly machine: string;
  readonly machineUid: string;
  readonly role: MachineRole;
  readonly owner: string;
  readonly version: string;
  readonly address: string;
  readonly sshPort: number;
  readonly failureDomain?: string;
  readonly spec: DockerMachineSpec;
  /** authorized_keys line of the cluster's key. */
  readonly sshAuthorizedKey: string;
  /** The Machine's own ed25519 host key (OpenSSH private key file); never logged. */
  readonly sshHostKey: string;
  /**
   * Service CIDRs. The Machine refuses packets for Services that kube-proxy does not know yet, so
   * that their senders try again at once instead of after a time-out.
   */
  readonly serviceSubnets?: readonly string[];
};

export type ObservedMachineInfrastructure = {
  readonly machine: string;
  readonly machineUid: string;
  readonly role: MachineRole;
  readonly owner: string;
  readonly version: string;
  readonly address: string;
  readonly sshPort: number;
  readonly failureDomain?: string;
  readonly state: 'running' | 'stopped' | 'absent';
};

export type Backend = { readonly name: string; readonly address: string; readonly port: number };

export type BackendState = Backend & { readonly state: 'up' | 'down' | 'maintenance' };

export type ClusterScope = { readonly cluster: ClusterIdentity; readonly allocation: ClusterAllocation };

export type MachineReference = { readonly machine: string; readonly machineUid: string };

/** Makes and removes the machines themselves. Real: Docker. Every call can be repeated. */
export interface MachineProvider {
  /** Throws a VersionNotAvailable error naming what to do where no image exists for it. */
  checkImage(request: { readonly version: string; readonly customImage?: string; readonly preLoadImages?: readonly string[] }): Promise<void>;
  /** Claims a free subnet and API port. The same cluster UID gets the same answer again. */
  allocate(request: AllocationRequest, signal: AbortSignal): Promise<ClusterAllocation>;
  /**
   * Claims a free port of 127.0.0.1 for each name; one that was claimed before stays. `others`: all other
   * Machines that the cluster has. Ports of any third name were claimed for Machines that never came to
   * be, by an attempt whose answer was lost, and are given back.
   */
  claimPorts(request: { readonly cluster: ClusterIdentity; readonly names: readonly string[]; readonly others?: readonly string[] }): Promise<
    Readonly<Record<string, number>>
  >;
  /**
   * Claims exactly these again, for a store that has forgotten them: the allocation's, and a port for each
   * Machine's name. Those that the cluster has stay. @throws AllocationError where another cluster has one
   */
  restoreClaims(request: ClusterScope & { readonly ports: Readonly<Record<string, number>> }, signal: AbortSignal): Promise<void>;
  ensureNetwork(scope: ClusterScope, signal: AbortSignal): Promise<void>;
  ensureLoadBalancer(scope: ClusterScope & { readonly apiServerPort: number }, signal: AbortSignal): Promise<void>;
  /** Makes exactly these the API servers' backends, keeping the sessions of those that stay. */
  setBackends(scope: ClusterScope, backends: readonly Backend[], signal: AbortSignal): Promise<void>;
  listBackends(scope: ClusterScope, signal: AbortSignal): Promise<readonly BackendState[]>;
  ensureMachine(request: MachineInfrastructureRequest, signal: AbortSignal): Promise<ObservedMachineInfrastructure>;
  /** Loads images of the provider's own host into a Machine whose container runtime runs. */
  loadImages(request: ClusterScope & { readonly machine: string; readonly machineUid: string; readonly images: readonly string[] }, signal: AbortSignal): Promise<void>;
  /**
   * Copies images between two Machines' container runtimes: those of these repositories ("kube-proxy" is the
   * last part of one) that the second lacks. Returns their names; nothing where the second is not running.
   */
  carryImages(request: ClusterScope & { readonly from: MachineReference; readonly to: MachineReference; readonly repositories: readonly string[] }, signal: AbortSignal): Promise<readonly string[]>;
  deleteMachine(request: ClusterScope & { readonly machine: string; readonly machineUid: string }, signal: AbortSignal): Promise<void>;
  listMachines(cluster: ClusterIdentity, signal: AbortSignal): Promise<readonly ObservedMachineInfrastructure[]>;
  /** Removes containers, volumes, network and claims of exactly this UID. Returns what it removed. */
  deleteCluster(cluster: ClusterIdentity, signal: AbortSignal): Promise<{ readonly removed: readonly string[] }>;
}
