import { ApplicationFailure, ParentClosePolicy, proxyActivities, startChild } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { createAdoptActivities } from '../activities/adopt-activities.ts';
import { adoptedState } from '../domain/adopt.ts';
import { quick } from './activity-options.ts';
import { clusterWorkflow } from './cluster.ts';
import type { AdoptInput, AdoptResult } from './contracts.ts';
import { plain } from './details/markdown.ts';
import { clusterWorkflowId } from './messages.ts';
import { clusterNameKey } from './search-attributes.ts';

const { findAdoptableCluster } = proxyActivities<ReturnType<typeof createAdoptActivities>>(quick);

/**
 * Brings a cluster back under management after Temporal's database was lost: from the store's
 * record, what the Machines' own labels say, and which Nodes are there. Touches no Machine.
 */
export async function adoptCluster(input: AdoptInput): Promise<AdoptResult> {
  const found = await findAdoptableCluster({ name: input.name });
  const state = adoptedState({ ...found, actor: input.actor, now: Date.now() });
  try {
    await startChild(clusterWorkflow, {
      workflowId: clusterWorkflowId(input.name),
      args: [{ name: input.name, state }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      typedSearchAttributes: [{ key: clusterNameKey, value: input.name }],
      staticSummary: `Kubernetes cluster ${input.name}, adopted`,
      staticDetails: `Adopted from the store; asked for by ${plain(input.actor)}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw ApplicationFailure.create({
      type: 'Conflict',
      message: `cluster ${input.name} is under management already; nothing was changed`,
      nonRetryable: true,
    });
  }
  return { identity: state.identity, machines: state.machines.length };
}
