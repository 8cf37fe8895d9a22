import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ApplicationFailure, ParentClosePolicy, proxyActivities, startChild } from '@temporalio/workflow';
import type { createSeedActivities } from '../activities/seed-activities.ts';
import { currentOperation } from '../domain/cluster-state.ts';
import { acceptRecovery } from '../domain/recovery/accept-recovery.ts';
import { stateOfLostCluster } from '../domain/recovery/lost-cluster.ts';
import { transfer } from './activity-options.ts';
import { clusterWorkflow } from './cluster.ts';
import type { RecoverLostInput, RecoverLostResult } from './contracts.ts';
import { plain } from './details/markdown.ts';
import { clusterWorkflowId } from './messages.ts';
import { clusterNameKey } from './search-attributes.ts';

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
  try {
    await startChild(clusterWorkflow, {
      workflowId: clusterWorkflowId(name),
      args: [{ name, state }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      typedSearchAttributes: [{ key: clusterNameKey, value: name }],
      staticSummary: `Kubernetes cluster ${name}, recovered from a backup`,
      staticDetails: `Recovered from backup ${backup.id}; asked for by ${plain(actor)}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw ApplicationFailure.create({ type: 'Conflict', message: `cluster ${name} is under management already; nothing was changed`, nonRetryable: true });
  }
  return { operationId: currentOperation(state)?.id ?? '' };
}
