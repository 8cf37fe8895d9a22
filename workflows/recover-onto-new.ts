import { CancellationScope, proxyActivities, uuid4 } from '@temporalio/workflow';
import type { createRecoverOntoActivities } from '../activities/recover-onto-activities.ts';
import { currentOperation, type ClusterState } from '../domain/cluster-state.ts';
import { decideRecoverOnto, keysFor } from '../domain/recovery/decide-recover-onto.ts';
import { recoveredCluster } from '../domain/recovery/recovered-cluster.ts';
import { persistent, transfer } from './activity-options.ts';
import type { RecoverLostResult, RecoverOntoInput } from './contracts.ts';
import { onHost } from './host-activities.ts';
import { refusal } from './refusals.ts';
import { startRecovered } from './start-recovered.ts';

type Activities = ReturnType<typeof createRecoverOntoActivities>;
const { seedNewCluster } = proxyActivities<Activities>(transfer);
const { concludeSeed } = proxyActivities<Activities>(persistent);

/**
 * A new cluster that begins with another's backup: its part of the store is filled, then its workflow
 * begins, and restores its first control plane instead of initializing it. Either that workflow has
 * begun, or nothing is left of the attempt.
 */
export async function recoverOntoNew(input: RecoverOntoInput): Promise<RecoverLostResult> {
  const { name, checked } = input;
  // Time has passed since a person was asked.
  const answers = await onHost(checked.host, 'does the cluster in the backup answer?').quick.isSourceServing(checked);
  const decision = decideRecoverOnto({ ...input, answers });
  if (decision.action === 'refuse') throw refusal(decision.refusal, decision.reasons);
  const uid = uuid4();
  const state = await unlessGivenUp({ name, uid }, async () => {
    const seeded = await seedState(input, uid);
    // Not to be cut short half-way: whether it has begun must be known.
    await CancellationScope.nonCancellable(() => startRecovered({ name, state: seeded, backup: checked.backup.id, actor: input.actor }));
    return seeded;
  });
  await CancellationScope.nonCancellable(() => concludeSeed({ name, uid, used: true }));
  return { operationId: currentOperation(state)?.id ?? '' };
}

async function seedState({ name, checked, allowClone, changes, actor, reason }: RecoverOntoInput, uid: string): Promise<ClusterState> {
  const { backup, source } = checked;
  const { etcdRevision: _revision, bytes: _bytes, cluster, ...restorable } = backup;
  const keys = keysFor({ allowClone });
  const { desired, placement, backupSchedule } = await seedNewCluster({ name, uid, of: cluster, id: backup.id, keys });
  return recoveredCluster({
    placement,
    restorable: { ...restorable, desired },
    ...(backupSchedule === undefined ? {} : { backupSchedule }),
    from: { cluster, endpoint: source.endpoint, keys },
    wish: { actor, changes, now: Date.now(), ...(reason === undefined ? {} : { reason }) },
  });
}

async function unlessGivenUp<T>(seed: { readonly name: string; readonly uid: string }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await CancellationScope.nonCancellable(() => concludeSeed({ ...seed, used: false }));
    throw error;
  }
}
