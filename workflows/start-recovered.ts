import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ApplicationFailure, ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { ClusterState } from '../domain/cluster-state.ts';
import { clusterWorkflow } from './cluster.ts';
import { plain } from './details/markdown.ts';
import { clusterWorkflowId } from './messages.ts';
import { clusterNameKey } from './search-attributes.ts';

/** The cluster's own workflow begins in the midst of a recovery. A cluster of that name which has one is refused, and not touched. */
export async function startRecovered({ name, state, backup, actor }: { readonly name: string; readonly state: ClusterState; readonly backup: string; readonly actor: string }): Promise<void> {
  try {
    await startChild(clusterWorkflow, {
      workflowId: clusterWorkflowId(name),
      args: [{ name, state }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      typedSearchAttributes: [{ key: clusterNameKey, value: name }],
      staticSummary: `Kubernetes cluster ${name}, recovered from a backup`,
      staticDetails: `Recovered from backup ${backup}; asked for by ${plain(actor)}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw ApplicationFailure.create({ type: 'Conflict', message: `cluster ${name} is under management already; nothing was changed`, nonRetryable: true });
  }
}
