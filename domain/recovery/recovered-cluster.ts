import type { DesiredCluster } from '../../api/desired-cluster.ts';
import { newCluster, startOperation } from '../accept-command.ts';
import { bump } from '../update-state.ts';
import type { CommandedSchedule } from '../backup/commanded-schedule.ts';
import type { ClusterState } from '../cluster-state.ts';
import type { ClusterPlacement } from '../identity.ts';
import { older } from '../version/oldest-version.ts';
import { atVersion, type Restorable } from './accept-recovery.ts';
import type { RecoverySource } from './recovery.ts';

/**
 * A new cluster whose first control plane is restored instead of initialized; all else is as in any
 * create: Machines, network and endpoint are its own. Nothing of an old control plane is there to be stopped.
 */
export function recoveredCluster(request: {
  readonly placement: ClusterPlacement;
  /** `desired`: of the new cluster, with the references of its own store. */
  readonly restorable: Restorable;
  readonly from: RecoverySource;
  /** Of the other: what of its sayings is about the data, and not about its Machines. */
  readonly backupSchedule?: CommandedSchedule;
  readonly wish: { readonly actor: string; readonly reason?: string; readonly changes: readonly string[]; readonly now: number };
}): ClusterState {
  const { placement, restorable, from, backupSchedule, wish } = request;
  const { id, createdAt, kubernetesVersion } = restorable;
  const desired = atVersions(restorable.desired, kubernetesVersion);
  const state: ClusterState = {
    ...newCluster({ placement, desired, now: wish.now }),
    ...(backupSchedule === undefined ? {} : { backupSchedule }),
    // The snapshot holds them.
    addonsReady: true,
    recovery: { backup: { id, createdAt, kubernetesVersion }, from, acceptedAt: wish.now, lost: [], stopped: true },
  };
  return startOperation(bump(state), { verb: 'recover', onFailure: 'block', ...wish });
}

/** A backup of the midst of an upgrade begins at the older version, and so does every worker: all Machines are new. */
export function atVersions(desired: DesiredCluster, version: string): DesiredCluster {
  const machineDeployments = desired.machineDeployments.map((deployment) => ({ ...deployment, version: older(deployment.version, version) }));
  return { ...atVersion(desired, version), machineDeployments };
}
