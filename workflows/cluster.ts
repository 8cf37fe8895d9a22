import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { currentOperation, type ClusterState } from '../domain/cluster-state.ts';
import { nextDue } from '../domain/rollout/decide-due.ts';
import { AnsweredUpdates } from './answered-updates.ts';
import type { ClusterWorkflowInput, ClusterWorkflowResult } from './contracts.ts';
import { ClusterInbox } from './cluster-inbox.ts';
import { ClusterRecorder } from './cluster-recorder.ts';
import { publishStatus } from './cluster-status.ts';
import { ClusterWishes } from './cluster-wishes.ts';
import {
  annotateMachineUpdate,
  applyUpdate,
  backupScheduleUpdate,
  backupStaleSignal,
  approveUpdate,
  cancelUpdate,
  clusterQuery,
  deleteUpdate,
  deliverySignal,
  healthSignal,
  pauseRolloutUpdate,
  pauseUpdate,
  recoverUpdate,
  replaceMachineUpdate,
  restartUpdate,
  resumeUpdate,
  scaleUpdate,
  stepReportSignal,
  undoUpdate,
} from './messages.ts';
import { BackupScheduleKeeper } from './keep-backup-schedule.ts';
import { RolloutWords } from './rollout-words.ts';
import { SkipMessenger } from './skip-messenger.ts';
import { reconcileSteps } from './start-steps.ts';
import { takeTurn } from './take-turn.ts';
import { Troubles } from './troubles.ts';

/**
 * One cluster, for as long as it lives: the only writer of its control plane. It takes commands,
 * plans from its state, starts steps as children and goes on when they report.
 */
export async function clusterWorkflow(input: ClusterWorkflowInput): Promise<ClusterWorkflowResult> {
  const inbox = new ClusterInbox(input);
  const updates = new AnsweredUpdates(input.answered);
  updates.handle(applyUpdate, { carryOut: (command) => inbox.apply(command), check: (command) => inbox.checkApply(command) });
  const wishes = new ClusterWishes(inbox);
  updates.handle(scaleUpdate, { carryOut: (command) => wishes.scale(command), check: (command) => wishes.checkScale(command) });
  const words = new RolloutWords(inbox);
  updates.handle(restartUpdate, { carryOut: (command) => words.restart(command), check: (command) => words.checkRestart(command) });
  updates.handle(undoUpdate, { carryOut: (command) => words.undo(command), check: (command) => words.checkUndo(command) });
  updates.handle(pauseRolloutUpdate, { carryOut: (command) => words.pause(command), check: (command) => words.checkPause(command) });
  updates.handle(approveUpdate, { carryOut: (command) => words.approve(command), check: (command) => words.checkApprove(command) });
  updates.handle(replaceMachineUpdate, { carryOut: (command) => wishes.replace(command), check: (command) => wishes.checkReplace(command) });
  updates.handle(annotateMachineUpdate, { carryOut: (command) => wishes.annotate(command), check: (command) => wishes.checkAnnotate(command) });
  updates.handle(resumeUpdate, { carryOut: (command) => wishes.resume(command), check: (command) => wishes.checkResume(command) });
  updates.handle(recoverUpdate, { carryOut: (command) => wishes.recover(command), check: (command) => wishes.checkRecover(command) });
  updates.handle(pauseUpdate, { carryOut: (command) => wishes.pause(command), check: (command) => wishes.checkPause(command) });
  updates.handle(backupScheduleUpdate, { carryOut: (command) => wishes.setBackupSchedule(command), check: (command) => wishes.checkBackupSchedule(command) });
  updates.handle(deleteUpdate, { carryOut: (command) => inbox.delete(command), check: (command) => inbox.checkDelete(command) });
  updates.handle(cancelUpdate, { carryOut: (command) => inbox.cancel(command), check: (command) => inbox.checkCancel(command) });
  setHandler(stepReportSignal, (report) => inbox.report(report));
  setHandler(deliverySignal, (report) => inbox.delivered(report));
  setHandler(healthSignal, (report) => inbox.hearOfHealth(report));
  setHandler(backupStaleSignal, (stale) => inbox.hearOfBackups(stale));
  setHandler(clusterQuery, () => inbox.current());

  // A cancel from Temporal's Web UI means what is being done, not the cluster's keeper: without it the
  // cluster would be nobody's.
  void CancellationScope.current().cancelRequested.catch(() => inbox.cancelFromOutside());
  return CancellationScope.nonCancellable(() => keepCluster(input, inbox, updates));
}

async function keepCluster(input: ClusterWorkflowInput, inbox: ClusterInbox, updates: AnsweredUpdates): Promise<ClusterWorkflowResult> {
  // Update-with-start is not atomic: an entity that accepted nothing must not stay behind.
  if (!(await condition(() => inbox.hasState(), '10 seconds'))) return { outcome: 'refused' };

  const recorder = new ClusterRecorder(inbox);
  const skips = new SkipMessenger();
  const backupSchedule = new BackupScheduleKeeper(inbox);
  const troubles = new Troubles(inbox);
  // Before anything is created the store must know of it: adoption finds nothing else.
  await recorder.save();
  let isReconciled = input.state === undefined;

  for (;;) {
    if (!isReconciled) isReconciled = await troubles.attempt('find steps', () => reconcileSteps(inbox));
    const seen = inbox.current().version;
    // What somebody has said is recorded at once, what steps have told together with what follows from it; neither holds a step up.
    const early = recorder.owesWord() ? recorder.save() : undefined;
    const [plan] = await Promise.all([takeTurn(inbox, { skips, troubles }), troubles.attempt('keep the backup schedule', () => backupSchedule.sync()), early]);
    await recorder.save();
    const untilDue = { seen, rechecks: [plan?.recheckMs, troubles.recheckMs()] };
    publishStatus(inbox.current());
    const ended = endOf(inbox.current());
    if (ended !== undefined) {
      await recorder.save();
      await condition(allHandlersFinished);
      return ended;
    }
    const mayContinue = input.continueAsNewEveryPass === true || workflowInfo().continueAsNewSuggested;
    if (mayContinue) {
      await recorder.save();
      await condition(allHandlersFinished);
      await untilChanged(inbox, untilDue);
      await continueAsNew<typeof clusterWorkflow>({ ...input, state: inbox.current(), answered: updates.carried() });
    }
    await untilChanged(inbox, untilDue);
  }
}

/** What tells nobody when it comes true is looked at again after a while; what the manifest has a date for, on that date. */
async function untilChanged(inbox: ClusterInbox, { seen, rechecks }: { readonly seen: number; readonly rechecks: readonly (number | undefined)[] }): Promise<void> {
  const isChanged = (): boolean => inbox.current().version !== seen;
  const due = nextDue(inbox.current());
  const untilDueMs = due === undefined ? undefined : Math.max(1, due.at - Date.now());
  const waits = [...rechecks, untilDueMs].filter((wait) => wait !== undefined);
  if (waits.length === 0) await condition(isChanged);
  else await condition(isChanged, Math.min(...waits));
}

function endOf(state: ClusterState): ClusterWorkflowResult | undefined {
  const operation = currentOperation(state);
  if (operation?.phase === 'Undone') return { outcome: 'undone' };
  if (operation?.verb === 'delete' && operation.phase === 'Succeeded') return { outcome: 'deleted' };
  return undefined;
}
