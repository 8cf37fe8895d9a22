import type { DesiredCluster } from '../api/desired-cluster.ts';
import type { BackupStale } from './backup/backup-stale.ts';
import type { CommandedSchedule } from './backup/commanded-schedule.ts';
import type { ClusterAllocation } from './network/cluster-network.ts';
import type { ControlPlaneHealth } from './health/control-plane-health.ts';
import type { HoldUp } from './hold-up.ts';
import type { ClusterIdentity } from './identity.ts';
import { joinedControlPlanes, type Machine } from './machine.ts';
import type { ToldNotice } from './notices/notice.ts';
import type { Operation } from './operation.ts';
import type { FieldOverride } from './merge-apply.ts';
import type { Recovery } from './recovery/recovery.ts';
import type { Published } from './rollout/published-hashes.ts';
import type { RolloutWord } from './rollout/rollout-word.ts';
import type { SkippedPhase, Step } from './step.ts';
import type { Trouble } from './trouble.ts';

/** Cluster API's Cluster phases, with Failed for a create that was given up. */
export type ClusterPhase = 'Pending' | 'Provisioning' | 'Provisioned' | 'Deleting' | 'Failed';

/**
 * All that a cluster's workflow knows, as one plain JSON value: it is carried over each
 * continue-as-new and answered to queries as it is. Holds no secret.
 */
export type ClusterState = {
  readonly schemaVersion: 1;
  readonly identity: ClusterIdentity;
  /** Provider host that the cluster lives on. */
  readonly host: string;
  /** Epoch milliseconds, workflow time. */
  readonly createdAt: number;
  /** Counts accepted changes of `desired`; callers state the one that they saw. */
  readonly revision: number;
  readonly desired: DesiredCluster;
  /** Fields of `desired` that were set by another way than the manifest applied last. */
  readonly overrides?: readonly FieldOverride[];
  /** `desired` before the current operation changed it: what an abort goes back to. */
  readonly previous?: DesiredCluster;
  /** Absent: what `desired` was when the cluster was created. */
  readonly published?: Published;
  readonly recovery?: Recovery;
  /** What is wrong with the control plane, as whoever watches it told; absent where it is well. */
  readonly health?: ControlPlaneHealth;
  /** The newest good backup is too old, as the last scheduled attempt saw it. */
  readonly backupStale?: BackupStale;
  readonly backupSchedule?: CommandedSchedule;
  /** A claim of ports has failed, and may have happened all the same: the next one gives back what nobody came for. */
  readonly claimsUnsure?: true;
  /** Pauses of single owners, approvals of gates. */
  readonly rollouts?: RolloutWord;
  /** What the newest plan would do and may not yet. */
  readonly holdUps?: readonly HoldUp[];
  /** What is true and people are told of. */
  readonly notices?: readonly ToldNotice[];
  /** What its workflow fails to do, and tries again. */
  readonly troubles?: readonly Trouble[];
  /** Nothing new is started until a person says so; deletes go on, and recoveries that were asked for later. */
  readonly paused?: { readonly actor: string; /** Epoch milliseconds, workflow time. */ readonly at: number; readonly reason?: string };
  /** Phases of steps that a person chose to leave out of the current operation. */
  readonly skipped?: readonly SkippedPhase[];
  readonly phase: ClusterPhase;
  readonly allocation?: ClusterAllocation;
  /** Network, load balancer and secrets exist. */
  readonly infrastructureReady: boolean;
  /** The network add-on was applied. */
  readonly addonsReady: boolean;
  readonly machines: readonly Machine[];
  /** Oldest first; the newest twenty. */
  readonly operations: readonly Operation[];
  readonly operationCount: number;
  /** Those that run, those of the newest operation, and ended ones that the journal does not have yet. */
  readonly steps: readonly Step[];
  /** Grows with each change: a record saved late never overwrites a newer one. */
  readonly version: number;
};

export function currentOperation(state: ClusterState): Operation | undefined {
  return state.operations.at(-1);
}

/** What the record in the store holds beside `desired`. */
export function isInitialized(state: ClusterState): boolean {
  return joinedControlPlanes(state.machines).length > 0;
}
