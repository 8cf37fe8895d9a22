import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { createRecordActivities } from '../activities/record-activities.ts';
import { recordStarted } from '../domain/record-started.ts';
import { currentOperation } from '../domain/cluster-state.ts';
import { hasPrepared, plannedId, type PlannedStep } from '../domain/plan-parts.ts';
import type { Step, StepOutcome } from '../domain/step.ts';
import { chore } from './activity-options.ts';
import type { ClusterInbox } from './cluster-inbox.ts';
import type { StepInput } from './contracts.ts';
import { stepMetadata } from './details/static-details.ts';
import { askToStop, askToTell, startWhenFree, type StepHandle } from './start-when-free.ts';
import { machinesFor } from './step-machines.ts';

const { lookUpSteps } = proxyActivities<ReturnType<typeof createRecordActivities>>({ ...chore, summary: 'steps that may have ended meanwhile' });

/** Starts them side by side and waits until the server has each: a child then survives its parent's run. */
export async function startSteps(inbox: ClusterInbox, planned: readonly PlannedStep[]): Promise<void> {
  for (const step of planned) inbox.update((state) => recordStarted(state, step, Date.now()));
  await Promise.all(planned.map((step) => startStep(inbox, step)));
}

async function startStep(inbox: ClusterInbox, planned: PlannedStep): Promise<void> {
  const state = inbox.current();
  const id = plannedId(state.identity.name, planned);
  const step = state.steps.find((candidate) => candidate.id === id);
  if (step === undefined) return;
  const skipped = (state.skipped ?? []).filter((skip) => skip.step === id).map(({ phase }) => phase);
  const input: StepInput = {
    stepId: id,
    generation: step.generation,
    identity: state.identity,
    host: state.host,
    desired: state.desired,
    machines: machinesFor(state.machines, planned),
    ...(state.allocation === undefined ? {} : { allocation: state.allocation }),
    ...(planned.machine === undefined ? {} : { machine: planned.machine }),
    ...(planned.member === undefined ? {} : { member: planned.member }),
    ...(planned.expectedMembers === undefined ? {} : { expectedMembers: planned.expectedMembers }),
    ...(planned.kind === 'JoinControlPlane' && hasPrepared(state, planned.machine) ? { prepared: true } : {}),
    ...(state.recovery === undefined ? {} : { recovery: state.recovery }),
    ...(skipped.length === 0 ? {} : { skipped }),
  };
  const { namespace } = workflowInfo();
  const metadata = stepMetadata({ cluster: state.identity.name, planned, operation: currentOperation(state), namespace });
  const child = await startWhenFree(planned.kind, { input, metadata });
  if (child === undefined) {
    const what = 'an earlier run of this step is still under way and was asked to stop; this one was not started.';
    reportFor(inbox, step, blockedFromOutside(id, 'StepUnderWayError', what));
    return;
  }
  void watchForItsEnd(inbox, step, child);
}

/** A step's result tells how it ended; one that was terminated has none, and would be waited for without end. */
async function watchForItsEnd(inbox: ClusterInbox, step: Step, child: StepHandle): Promise<void> {
  try {
    inbox.report(await child.result());
  } catch {
    const what = 'its workflow was ended from outside, without a report; what it was doing may be half done.';
    reportFor(inbox, step, blockedFromOutside(step.id, 'StepTerminatedError', what));
  }
}

function reportFor(inbox: ClusterInbox, step: Step, outcome: StepOutcome): void {
  inbox.report({ stepId: step.id, generation: step.generation, outcome, phases: step.phases });
}

function blockedFromOutside(at: string, error: string, what: string): StepOutcome {
  const message = `${at}: ${what} Everything else is unchanged. Apply the same manifest again to go on, or delete the cluster.`;
  return { kind: 'blocked', evidence: { at, error, message, attempts: 1 } };
}

/** Asks all running steps but the removal itself to stop; each reports when it really has. */
export async function cancelRunningSteps(inbox: ClusterInbox): Promise<void> {
  const running = inbox.current().steps.filter((step) => step.state === 'Running' && step.kind !== 'DeleteCluster');
  const stopping = await Promise.all(running.map((step) => askToStop(step.id)));
  // Its report is on the way; or it was terminated, and none ever comes.
  if (stopping.includes(false)) await reconcileSteps(inbox);
}

/** Each run begins here: steps that it has not started are asked to tell how they end, and those that have ended are found. */
export async function reconcileSteps(inbox: ClusterInbox): Promise<void> {
  const running = inbox.current().steps.filter((step) => step.state === 'Running');
  if (running.length === 0) return;
  // In this order: whatever was not asked in time has ended by now.
  await Promise.all(running.map((step) => askToTell(step.id)));
  const found = await lookUpSteps(running.map((step) => ({ stepId: step.id, generation: step.generation })));
  for (const report of found) inbox.report(report);
}
