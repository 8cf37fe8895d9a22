import type { DesiredCluster } from '../api/desired-cluster.ts';
import { startOperation } from './accept-command.ts';
import type { ClusterAllocation } from './cluster-network.ts';
import type { ClusterState } from './cluster-state.ts';
import type { ClusterIdentity } from './identity.ts';
import type { Machine, MachinePhase } from './machine.ts';

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
  readonly infrastructurePresent: boolean;
  /** Machines whose infrastructure is there; the record may be older than the last step. */
  readonly provisioned: readonly string[];
  /** Names of Nodes that Kubernetes lists. */
  readonly nodes: readonly string[];
};

/**
 * The entity's state, rebuilt. A Machine counts as far as it can be seen: one whose Node is there
 * has joined, one with infrastructure only is bootstrapped (again), the rest begins anew.
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
    phase: 'Provisioning',
    ...(found.allocation === undefined ? {} : { allocation: found.allocation }),
    infrastructureReady: found.infrastructurePresent,
    // Applying the add-on again changes nothing where it is there already.
    addonsReady: false,
    machines: found.machines.map((machine) => ({ ...machine, phase: observedPhase(found, machine) })),
    operations: [],
    operationCount: 0,
    steps: [],
    version: found.version,
  };
  return startOperation(state, { verb: 'adopt', actor, onFailure: 'block', now });
}

function observedPhase(found: AdoptableCluster, machine: Machine): MachinePhase {
  if (found.nodes.includes(machine.name)) return 'Running';
  return found.provisioned.includes(machine.name) ? 'Provisioned' : 'Pending';
}
