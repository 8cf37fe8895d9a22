import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ApprovalGate } from '../api/approval-gates.ts';
import type { DesiredCluster } from '../api/desired-cluster.ts';
import type { BackupStale } from '../domain/backup/backup-stale.ts';
import type { BackupProgress, ScheduleWish } from '../domain/backup/backup-view.ts';
import type { ClusterState } from '../domain/cluster-state.ts';
import type { Owner } from '../domain/owner.ts';
import type { HealthReport } from '../domain/health/control-plane-health.ts';
import type { ClusterPlacement } from '../domain/identity.ts';
import type { AnnotationChange } from '../domain/machine-annotations.ts';
import type { DeliveryReport } from '../domain/notices/notice.ts';
import type { OnFailure } from '../domain/operation.ts';
import type { Restorable } from '../domain/recovery/accept-recovery.ts';
import type { PlanOrder } from '../domain/rollout/plan-order-lanes.ts';
import type { UndoRequest } from '../domain/rollout/decide-undo.ts';
import type { SkippedPhase, StepReport, StepView } from '../domain/step.ts';

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
  /** Takes back what somebody set by another command since the last apply. */
  readonly force?: true;
  /** The revision that the caller saw; another one by now is a conflict. */
  readonly seenRevision?: number;
  /** What the caller saw and agreed to. */
  readonly plan?: PlanOrder;
};

export type ScaleCommand = Caller & { readonly owner: Owner; readonly replicas: number; readonly seenRevision?: number };

/** All Machines of one owner are replaced that were made before the command is accepted. */
export type RestartCommand = Caller & { readonly owner: Owner; readonly seenRevision?: number };

/** As `readRevisions` found it: secrets are references. */
export type UndoCommand = Caller &
  UndoRequest & {
    readonly seenRevision?: number;
    /** What the caller saw and agreed to. */
    readonly plan?: PlanOrder;
  };

/** `paused: false` lets the rollout go on. */
export type PauseRolloutCommand = Caller & { readonly owner: Owner; readonly paused: boolean };

export type ApproveCommand = Caller & { readonly gate: ApprovalGate; readonly reason: string };

export type ReplaceMachineCommand = Caller & { readonly machine: string };

export type AnnotateMachineCommand = Caller & AnnotationChange;

/**
 *  retry  what failed is tried again
 *  skip   what failed is left out; only waits, drains and add-ons can be. Of an operation that runs: `running`
 *  abort  back to what the cluster was before the operation
 */
export type ResumeHow = 'retry' | 'skip' | 'abort';
export type ResumeCommand = Caller & { readonly how: ResumeHow; readonly running?: readonly SkippedPhase[] };

/** `paused: false` lets the cluster go on. */
export type PauseCommand = Caller & { readonly paused: boolean };

/** Of the schedule of backups that is kept with the cluster. */
export type BackupScheduleCommand = Caller & { readonly change: ScheduleWish };

/** `backup` as `checkBackup` answered it. */
export type RecoverCommand = Caller & { readonly backup: Restorable & { readonly cluster: { readonly name: string; readonly uid: string } }; readonly seenRevision?: number };

export type DeleteCommand = Caller;

export type CancelCommand = Caller & { readonly operationId: string };

export type CommandAccepted = {
  readonly operationId: string;
  /**
   *  started    a new operation
   *  changed    the record alone: no operation of its own was needed
   *  unchanged  the cluster is already as asked
   *  attached   the same is under way
   *  resumed    a Blocked, Cancelled or Failed operation goes on
   */
  readonly result: 'started' | 'changed' | 'unchanged' | 'attached' | 'resumed';
  readonly revision: number;
};

export const applyUpdate = defineUpdate<CommandAccepted, [ApplyCommand]>('apply');
export const scaleUpdate = defineUpdate<CommandAccepted, [ScaleCommand]>('scale');
export const restartUpdate = defineUpdate<CommandAccepted, [RestartCommand]>('restart');
export const undoUpdate = defineUpdate<CommandAccepted, [UndoCommand]>('undo');
export const pauseRolloutUpdate = defineUpdate<CommandAccepted, [PauseRolloutCommand]>('pauseRollout');
export const approveUpdate = defineUpdate<CommandAccepted, [ApproveCommand]>('approve');
export const replaceMachineUpdate = defineUpdate<CommandAccepted, [ReplaceMachineCommand]>('replaceMachine');
export const annotateMachineUpdate = defineUpdate<CommandAccepted, [AnnotateMachineCommand]>('annotateMachine');
export const resumeUpdate = defineUpdate<CommandAccepted, [ResumeCommand]>('resume');
export const pauseUpdate = defineUpdate<CommandAccepted, [PauseCommand]>('pause');
export const backupScheduleUpdate = defineUpdate<CommandAccepted, [BackupScheduleCommand]>('backupSchedule');
export const recoverUpdate = defineUpdate<CommandAccepted, [RecoverCommand]>('recover');
export const deleteUpdate = defineUpdate<CommandAccepted, [DeleteCommand]>('delete');
export const cancelUpdate = defineUpdate<CommandAccepted, [CancelCommand]>('cancel');

/**
 * From a step to its cluster, addressed to the workflow ID so that it survives continue-as-new: that others may go on,
 * and how it ended where whoever started it is not there any more.
 */
export const stepReportSignal = defineSignal<[StepReport]>('stepReport');

/** From the one who tells people to the cluster: how that went. */
export const deliverySignal = defineSignal<[DeliveryReport]>('delivery');

/** From a later run of the cluster to a step, whose result goes to the run that started it: tell by signal how it ends. */
export const followSignal = defineSignal('follow');

/** From the worker to a step: one of its activities is being tried again. Lost ones do no harm. */
export const retriedSignal = defineSignal<[{ readonly attempt: number }]>('retried');

/** From the cluster to a step: a person leaves this phase out. */
export const skipSignal = defineSignal<[{ readonly phase: string }]>('skip');

export const clusterQuery = defineQuery<ClusterState>('cluster');
/** From a scheduled backup to its cluster: whether the newest good one is too old; absent: it is not. */
export const backupStaleSignal = defineSignal<[BackupStale?]>('backupStale');

/** From whoever watches control planes at rest to a cluster: all that is wrong, each time that it is something else. */
export const healthSignal = defineSignal<[HealthReport]>('health');

/** A backup under way. */
export const backupQuery = defineQuery<BackupProgress>('backup');
export const stepQuery = defineQuery<StepView>('step');

export function clusterWorkflowId(name: string): string {
  return `cluster/${name}`;
}

/** Type of the ApplicationFailure with which an update is refused; the CLI maps it to its exit code. */
export type RefusalType = 'Conflict' | 'ChangeNotSupported' | 'NotFound' | 'Invalid';
