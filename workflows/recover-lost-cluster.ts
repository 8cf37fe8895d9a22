import { proxyActivities } from '@temporalio/workflow';
import type { createSeedActivities } from '../activities/seed-activities.ts';
import { currentOperation } from '../domain/cluster-state.ts';
import { acceptRecovery } from '../domain/recovery/accept-recovery.ts';
import { stateOfLostCluster } from '../domain/recovery/lost-cluster.ts';
import { transfer } from './activity-options.ts';
import type { RecoverLostInput, RecoverLostResult } from './contracts.ts';
import { startRecovered } from './start-recovered.ts';

const { seedCluster } = proxyActivities<ReturnType<typeof createSeedActivities>>(transfer);

/**
 * Recovers a cluster of which Temporal knows nothing, and the store perhaps nothing either: what the
 * backup holds is stored, then its workflow begins in the midst of the recovery.
 */
export async function recoverLostCluster(input: RecoverLostInput): Promise<RecoverLostResult> {
  const { name, uid, backup, actor, reason } = input;
  const lost = await seedCluster({ name, uid, id: backup.id });
  const now = Date.now();
  const restorable = { ...backup, desired: lost.desired };
  const wish = { actor, changes: input.changes, now, ...(reason === undefined ? {} : { reason }) };
  const state = acceptRecovery(stateOfLostCluster(lost, { actor, now }), restorable, wish);
  await startRecovered({ name, state, backup: backup.id, actor });
  return { operationId: currentOperation(state)?.id ?? '' };
}
