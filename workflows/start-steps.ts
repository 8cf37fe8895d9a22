import {
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  proxyActivities,
  startChild,
  WorkflowIdReusePolicy,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { createRecordActivities } from '../activities/record-activities.ts';
import { recordStarted } from '../domain/apply-report.ts';
import type { PlannedStep } from '../domain/plan-steps.ts';
import { stepId, type StepKind } from '../domain/step.ts';
import { persistent } from './activity-options.ts';
import type { ClusterInbox } from './cluster-inbox.ts';
import type { StepInput } from './contracts.ts';
import { deleteCluster } from './steps/delete-cluster.ts';
import { ensureInfrastructure } from './steps/ensure-infrastructure.ts';
import { initControlPlane } from './steps/init-control-plane.ts';
import { installAddons } from './steps/install-addons.ts';
import { joinMachine } from './steps/join-machine.ts';
import { provisionMachine } from './steps/provision-machine.ts';

const { lookUpSteps } = proxyActivities<ReturnType<typeof createRecordActivities>>(persistent);

const workflowOf = {
  EnsureInfrastructure: ensureInfrastructure,
  ProvisionMachine: provisionMachine,
  InitControlPlane: initControlPlane,
  JoinControlPlane: joinMachine,
  JoinWorker: joinMachine,
  InstallAddons: installAddons,
  DeleteCluster: deleteCluster,
} satisfies Record<StepKind, unknown>;

/** Starts them side by side and waits until the server has each: a child then survives its parent's run. */
export async function startSteps(inbox: ClusterInbox, planned: readonly PlannedStep[]): Promise<void> {
  for (const step of planned) inbox.update((state) => recordStarted(state, step, Date.now()));
  await Promise.all(planned.map((step) => startStep(inbox, step)));
}

async function startStep(inbox: ClusterInbox, planned: PlannedStep): Promise<void> {
  const state = inbox.current();
  const id = stepId(state.identity.name, planned.kind, planned.machine);
  const step = state.steps.find((candidate) => candidate.id === id);
  if (step === undefined) return;
  const input: StepInput = {
    stepId: id,
    generation: step.generation,
    identity: state.identity,
    host: state.host,
    desired: state.desired,
    machines: state.machines,
    ...(state.allocation === undefined ? {} : { allocation: state.allocation }),
    ...(planned.machine === undefined ? {} : { machine: planned.machine }),
  };
  try {
    await startChild(workflowOf[planned.kind], {
      workflowId: id,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      staticSummary: `${planned.kind}${planned.machine === undefined ? '' : ` ${planned.machine}`}: ${planned.reasons.join('; ')}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    log.warn('the step is under way already', { id });
  }
}

/** Asks all running steps but the removal itself to stop; each reports when it really has. */
export async function cancelRunningSteps(inbox: ClusterInbox): Promise<void> {
  const running = inbox.current().steps.filter((step) => step.state === 'Running' && step.kind !== 'DeleteCluster');
  await Promise.all(
    running.map(async (step) => {
      try {
        await getExternalWorkflowHandle(step.id).cancel();
      } catch (error) {
        // It ended in the meantime: its report is on the way.
        log.info('the step could not be cancelled', { id: step.id, error: String(error) });
      }
    }),
  );
}

/** Each run begins here: a step that ended while nobody listened is found by asking for it. */
export async function reconcileSteps(inbox: ClusterInbox): Promise<void> {
  const running = inbox.current().steps.filter((step) => step.state === 'Running');
  if (running.length === 0) return;
  const found = await lookUpSteps(running.map((step) => ({ stepId: step.id, generation: step.generation })));
  for (const report of found) inbox.report(report);
}
