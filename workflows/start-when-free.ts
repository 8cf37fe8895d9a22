import {
  type ChildWorkflowHandle,
  type ExternalWorkflowHandle,
  getExternalWorkflowHandle,
  isCancellation,
  log,
  ParentClosePolicy,
  sleep,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { StepKind } from '../domain/step.ts';
import { hostTaskQueue, type StepInput } from './contracts.ts';
import type { StaticMetadata } from './details/static-details.ts';
import { followSignal } from './messages.ts';
import { clusterNameKey } from './search-attributes.ts';
import { deleteCluster } from './steps/delete-cluster.ts';
import { ensureInfrastructure } from './steps/ensure-infrastructure.ts';
import { initControlPlane } from './steps/init-control-plane.ts';
import { installAddons } from './steps/install-addons.ts';
import { joinMachine } from './steps/join-machine.ts';
import { prepareControlPlane } from './steps/prepare-control-plane.ts';
import { provisionMachine } from './steps/provision-machine.ts';
import { removeEtcdMember } from './steps/remove-etcd-member.ts';
import { restoreControlPlane } from './steps/restore-control-plane.ts';
import { stopControlPlane } from './steps/stop-control-plane.ts';
import { removeMachine } from './steps/remove-machine.ts';
import { takeBackup } from './steps/take-backup.ts';
import { uncordonNode } from './steps/uncordon-node.ts';
import { updateNodes } from './steps/update-nodes.ts';
import { upgradeAddons } from './steps/upgrade-addons.ts';
import { uploadConfig } from './steps/upload-config.ts';

const workflowOf = {
  EnsureInfrastructure: ensureInfrastructure,
  ProvisionMachine: provisionMachine,
  InitControlPlane: initControlPlane,
  PrepareControlPlane: prepareControlPlane,
  JoinControlPlane: joinMachine,
  JoinWorker: joinMachine,
  InstallAddons: installAddons,
  TakeBackup: takeBackup,
  UploadConfig: uploadConfig,
  UpgradeAddons: upgradeAddons,
  UpdateNodes: updateNodes,
  RemoveMachine: removeMachine,
  UncordonNode: uncordonNode,
  RemoveEtcdMember: removeEtcdMember,
  StopControlPlane: stopControlPlane,
  RestoreControlPlane: restoreControlPlane,
  DeleteCluster: deleteCluster,
} satisfies Record<StepKind, unknown>;

export type StepHandle = ChildWorkflowHandle<(typeof workflowOf)[StepKind]>;

const startAttempts = 15;

/**
 * The same step's earlier run may not be over: it has reported and is about to close, or a lost or
 * terminated entity left it behind. It would report to nobody, so it is asked to stop and waited for.
 * @returns undefined where it did not stop in time
 */
export async function startWhenFree(
  kind: StepKind,
  start: { readonly input: StepInput; readonly metadata: StaticMetadata },
): Promise<StepHandle | undefined> {
  const { input, metadata } = start;
  for (let attempt = 1; attempt <= startAttempts; attempt += 1) {
    try {
      return await startChild(workflowOf[kind], {
        workflowId: input.stepId,
        args: [input],
        // Where its activities are: the server hands them out with the answer to the workflow task that asks for them.
        taskQueue: hostTaskQueue(input.host),
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        typedSearchAttributes: [{ key: clusterNameKey, value: input.identity.name }],
        ...metadata,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      log.warn('an earlier run of the step is under way', { id: input.stepId, attempt });
    }
    await askToStop(input.stepId);
    await sleep('1 second');
  }
  return undefined;
}

/** False where there is nothing to stop. */
export async function askToStop(id: string): Promise<boolean> {
  return reaches(id, (step) => step.cancel());
}

/** False where it has ended: what it would tell is its result. One that takes this cannot end before it has told. */
export async function askToTell(id: string): Promise<boolean> {
  return reaches(id, (step) => step.signal(followSignal));
}

async function reaches(id: string, ask: (step: ExternalWorkflowHandle) => Promise<void>): Promise<boolean> {
  try {
    await ask(getExternalWorkflowHandle(id));
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    log.info('the step was not reached', { id, error: String(error) });
    return false;
  }
}
