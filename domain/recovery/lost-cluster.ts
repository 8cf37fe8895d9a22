import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { ClusterAllocation } from '../network/cluster-network.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { ClusterIdentity } from '../identity.ts';
import type { Sayings } from '../standing.ts';
import { hasJoined, type Machine, type MachineRole } from '../machine.ts';
import { withoutReturn } from '../take-back.ts';

/** A Machine as its infrastructure tells of it. */
export type FoundMachine = Pick<Machine, 'name' | 'uid' | 'owner' | 'version' | 'address' | 'sshPort' | 'failureDomain'> & { readonly role: MachineRole };

/** What a backup, and what is still there, tell of a cluster that neither the store nor Temporal knows. */
export type LostCluster = {
  readonly identity: ClusterIdentity;
  readonly host: string;
  readonly allocation: ClusterAllocation;
  readonly desired: DesiredCluster;
  readonly revision: number;
  readonly version: number;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly sayings?: Sayings;
  /** Of the backup, or of a record that is newer. */
  readonly machines: readonly Machine[];
  /** Whose infrastructure is there, running or not. */
  readonly found: readonly FoundMachine[];
};

/** Commands on Machines are numbered by the record's version, and go on past what was counted after the backup. */
export const versionsAhead = 100_000;

/**
 * The entity's state as it was before the recovery, with the Machines that there are. Those without
 * infrastructure are made anew under other names. Workers that were not done when the backup was
 * taken, or were made since, go: their Nodes are not in it, and neither is the key that they are known by.
 */
export function stateOfLostCluster(lost: LostCluster, wish: { readonly actor: string; readonly now: number }): ClusterState {
  const { identity, host, allocation, desired, revision, version, createdAt, found } = lost;
  const there = new Set(found.map(({ uid }) => uid));
  const known = new Set(lost.machines.map(({ uid }) => uid));
  const kept = lost.machines.filter(({ uid }) => there.has(uid)).map((machine) => (hasJoined(machine) ? machine : leaving(machine, wish, 'it was not done when the backup was taken')));
  const unknown = found.filter(({ uid }) => !known.has(uid)).map((one) => leaving(machineOf(one, lost), wish, 'it is not in the backup'));
  return {
    schemaVersion: 1,
    identity,
    host,
    createdAt,
    revision,
    desired,
    ...lost.sayings,
    phase: 'Provisioned',
    allocation,
    // What of network and load balancer is there stays as it is.
    infrastructureReady: false,
    addonsReady: true,
    machines: [...kept, ...unknown],
    operations: [],
    operationCount: version,
    steps: [],
    version,
  };
}

function leaving(machine: Machine, { actor, now }: { readonly actor: string; readonly now: number }, reason: string): Machine {
  return { ...withoutReturn(machine), deletion: { actor, at: now, reason } };
}

function machineOf(found: FoundMachine, { desired, createdAt }: LostCluster): Machine {
  const owner = desired.machineDeployments.find(({ name }) => name === found.owner) ?? desired.controlPlane;
  return { ...found, infrastructure: owner.infrastructure, phase: 'Provisioned', createdAt, phaseSince: createdAt };
}
