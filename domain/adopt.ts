import type { DesiredCluster } from '../api/desired-cluster.ts';
import { startOperation } from './accept-command.ts';
import type { ClusterAllocation } from './network/cluster-network.ts';
import type { ClusterState } from './cluster-state.ts';
import type { ClusterIdentity } from './identity.ts';
import { mayHaveJoined, type Machine, type MachinePhase } from './machine.ts';
import type { Standing } from './standing.ts';
import { withoutReturn } from './take-back.ts';
import { upgradeStanding } from './upgrade-state.ts';

/** What the store and the outside world still know of a cluster that Temporal forgot. */
export type AdoptableCluster = {
  readonly identity: ClusterIdentity;
  readonly host: string;
  readonly desired: DesiredCluster;
  readonly revision: number;
  readonly version: number;
  readonly createdAt: number;
  readonly allocation?: ClusterAllocation;
  readonly machines: readonly Machine[];
  readonly standing?: Standing;
  readonly infrastructurePresent: boolean;
  /** Machines whose infrastructure is there; the record may be older than the last step. */
  readonly provisioned: readonly string[];
  /** Names of Nodes that Kubernetes lists. */
  readonly nodes: readonly string[];
};

/**
 * The entity's state, rebuilt. A Machine counts as far as it can be seen or as its record says,
 * whichever is further: the record may be older than the last step, never newer.
 */
export function adoptedState(found: AdoptableCluster & { readonly actor: string; readonly now: number }): ClusterState {
  const { actor, now } = found;
  const state: ClusterState = {
    schemaVersion: 1,
    identity: found.identity,
    host: found.host,
    createdAt: found.createdAt,
    revision: found.revision,
    desired: found.desired,
    ...(found.standing === undefined ? {} : upgradeStanding(found.standing, found.desired)),
    phase: 'Provisioning',
    ...(found.allocation === undefined ? {} : { allocation: found.allocation }),
    infrastructureReady: found.infrastructurePresent,
    // Applying the add-on again changes nothing where it is there already.
    addonsReady: false,
    machines: found.machines.map((machine) => ({ ...withoutReturn(machine), phase: observedPhase(found, machine) })),
    operations: [],
    // The lost entity gave numbers to operations, and generations to steps, that must not come again:
    // the journal and the Machines know them. Its version is higher than any of them.
    operationCount: found.version,
    steps: [],
    version: found.version,
  };
  return startOperation(state, { verb: 'adopt', actor, onFailure: 'block', now });
}

/**
 * A Machine that has joined stays joined: neither an API server that does not answer nor a Node that
 * is missing undoes kubeadm's work, and bootstrapping it again would wipe its etcd member.
 */
function observedPhase(found: AdoptableCluster, machine: Machine): MachinePhase {
  if (found.nodes.includes(machine.name)) return 'Running';
  if (mayHaveJoined(machine)) return machine.phase;
  if (!found.provisioned.includes(machine.name)) return 'Pending';
  // It may have become the cluster's first control plane meanwhile: no other Machine may be that.
  return machine.phase === 'Bootstrapping' ? 'Bootstrapping' : 'Provisioned';
}
