import { startOperation } from '../../../../domain/accept-command.ts';
import type { ClusterState } from '../../../../domain/cluster-state.ts';
import { acceptRecovery, type Restorable } from '../../../../domain/recovery/accept-recovery.ts';
import { acceptedCluster, desired, now } from '../support/clusters.ts';
import { finish } from '../support/lifecycle.ts';

export const hour = 3_600_000;
/** Machines of a cluster that was finished were made before. */
export const recoveredAt = now + 5 * hour;

export function running(controlPlanes: number, workers: number): ClusterState {
  return finish(startOperation(acceptedCluster({ controlPlanes, workers }), { verb: 'create', actor: 'ada@laptop', onFailure: 'block', now }));
}

export function backup(facts: Partial<Restorable> = {}): Restorable {
  return { id: '20261120-130000-abcdef', createdAt: now + hour, kubernetesVersion: 'v1.34.4', desired: desired(3, 2), ...facts };
}

export function recovering(state: ClusterState, facts: Partial<Restorable> = {}): ClusterState {
  return acceptRecovery(state, backup(facts), { actor: 'ada@laptop', reason: 'a bad day', changes: ['the quorum is lost'], now: recoveredAt });
}
