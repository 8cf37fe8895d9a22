import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { DesiredCluster } from '../api/desired-cluster.ts';
import type { ClusterState } from '../domain/cluster-state.ts';
import type { ClusterPlacement } from '../domain/identity.ts';
import type { OnFailure } from '../domain/operation.ts';
import type { StepReport, StepView } from '../domain/step.ts';

/** Every message between the CLI, the workflows and each other; names are part of recorded histories. */

export type Caller = {
  /** Who asked, "user@host". */
  readonly actor: string;
  readonly reason?: string;
};

export type ApplyCommand = Caller & {
  /** As the admission workflow returned it: secrets are references. */
  readonly desired: DesiredCluster;
  /** As the admission workflow returned it; used only when the cluster is new. */
  readonly placement: ClusterPlacement;
  readonly onFailure: OnFailure;
};

export type DeleteCommand = Caller;

export type CancelCommand = Caller & { readonly operationId: string };

export type CommandAccepted = {
  readonly operationId: string;
  /**
   *  started    a new operation
   *  unchanged  the cluster is already as asked
   *  attached   the same create is under way
   *  resumed    a Blocked, Cancelled or Failed create goes on
   */
  readonly result: 'started' | 'unchanged' | 'attached' | 'resumed';
  readonly revision: number;
};

export const applyUpdate = defineUpdate<CommandAccepted, [ApplyCommand]>('apply');
export const deleteUpdate = defineUpdate<CommandAccepted, [DeleteCommand]>('delete');
export const cancelUpdate = defineUpdate<CommandAccepted, [CancelCommand]>('cancel');

/** From a step to its cluster, addressed to the workflow ID so that it survives continue-as-new. */
export const stepReportSignal = defineSignal<[StepReport]>('stepReport');

/** From the worker to a step: one of its activities is being tried again. Lost ones do no harm. */
export const retriedSignal = defineSignal<[{ readonly attempt: number }]>('retried');

export const clusterQuery = defineQuery<ClusterState>('cluster');
export const stepQuery = defineQuery<StepView>('step');

export function clusterWorkflowId(name: string): string {
  return `cluster/${name}`;
}

/** Type of the ApplicationFailure with which an update is refused; the CLI maps it to its exit code. */
export type RefusalType = 'Conflict' | 'ChangeNotSupported' | 'NotFound';
