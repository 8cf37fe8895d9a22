import { decideSchedule, keepSchedule } from '../domain/backup/decide-schedule.ts';
import { acceptAbort, acceptReplace, acceptScale, resumeScale } from '../domain/change-cluster.ts';
import { acceptRepair, decideReplace } from '../domain/decide-replace.ts';
import { decideScale } from '../domain/decide-scale.ts';
import { annotateMachine, decideAnnotate } from '../domain/machine-annotations.ts';
import { decidePause, pauseCluster, unpauseCluster } from '../domain/pause-cluster.ts';
import { decideResume, resume } from '../domain/resume-operation.ts';
import { acceptRecovery } from '../domain/recovery/accept-recovery.ts';
import { decideRecovery } from '../domain/recovery/decide-recovery.ts';
import { takeBackRemovals } from '../domain/take-back.ts';
import type { ClusterInbox } from './cluster-inbox.ts';
import { refusal, refuseStale } from './refusals.ts';
import type { AnnotateMachineCommand, BackupScheduleCommand, Caller, CommandAccepted, PauseCommand, RecoverCommand, ReplaceMachineCommand, ResumeCommand, ScaleCommand } from './messages.ts';

/**
 * What people may want of a cluster that exists, beside a whole manifest. As in the inbox, handlers
 * decide, record and answer at once.
 */
export class ClusterWishes {
  readonly #inbox: ClusterInbox;

  constructor(inbox: ClusterInbox) {
    this.#inbox = inbox;
  }

  checkScale(command: ScaleCommand): void {
    const state = this.#inbox.current();
    refuseStale(state, command.seenRevision);
    const decision = decideScale(state, command);
    if (decision.action === 'refuse') throw refusal(decision.refusal, decision.reasons);
  }

  scale(command: ScaleCommand): CommandAccepted {
    this.checkScale(command);
    const decision = decideScale(this.#inbox.current(), command);
    if (decision.action === 'resume') {
      this.#inbox.update((state) => resumeScale(state, wish(command, [])));
      return this.#inbox.accepted('resumed');
    }
    if (decision.action !== 'scale') return this.#inbox.accepted('unchanged');
    const { owner } = command;
    this.#inbox.update((state) => acceptScale(state, { owner, desired: decision.desired }, wish(command, decision.reasons)));
    return this.#inbox.accepted('started');
  }

  checkReplace({ machine }: ReplaceMachineCommand): void {
    const decision = decideReplace(this.#inbox.current(), machine);
    if (decision.action === 'refuse') throw refusal(decision.refusal, decision.reasons);
  }

  replace(command: ReplaceMachineCommand): CommandAccepted {
    this.checkReplace(command);
    const decision = decideReplace(this.#inbox.current(), command.machine);
    if (decision.action === 'repair') {
      const { actor, reason } = command;
      this.#inbox.update((state) => acceptRepair(state, command.machine, { actor, at: Date.now(), ...(reason === undefined ? {} : { reason }) }));
      return this.#inbox.accepted('changed');
    }
    if (decision.action !== 'replace') return this.#inbox.accepted('attached');
    this.#inbox.update((state) => acceptReplace(state, command.machine, wish(command, decision.reasons)));
    return this.#inbox.accepted('started');
  }

  checkAnnotate(command: AnnotateMachineCommand): void {
    const decision = decideAnnotate(this.#inbox.current(), command);
    if (decision.action === 'refuse') throw refusal(decision.refusal, decision.reasons);
  }

  annotate(command: AnnotateMachineCommand): CommandAccepted {
    this.checkAnnotate(command);
    if (decideAnnotate(this.#inbox.current(), command).action !== 'annotate') return this.#inbox.accepted('unchanged');
    this.#inbox.update((state) => annotateMachine(state, command));
    return this.#inbox.accepted('changed');
  }

  checkResume(command: ResumeCommand): void {
    const decision = decideResume(this.#inbox.current(), command);
    if (decision.action === 'refuse') throw refusal(decision.refusal, decision.reasons);
  }

  resume(command: ResumeCommand): CommandAccepted {
    this.checkResume(command);
    const decision = decideResume(this.#inbox.current(), command);
    const { actor, how, reason } = command;
    const record = { at: Date.now(), actor, how, ...(reason === undefined ? {} : { reason }) };
    switch (decision.action) {
      case 'refuse':
        throw refusal(decision.refusal, decision.reasons);
      case 'abort':
        this.#inbox.update((state) => acceptAbort(takeBackRemovals(resume(state, record), Date.now()), wish(command, decision.reasons)));
        return this.#inbox.accepted('started');
      case 'skip':
        this.#inbox.update((state) => resume(state, record, decision.phases));
        return this.#inbox.accepted('resumed');
      case 'retry':
        this.#inbox.update((state) => resume(state, record));
        return this.#inbox.accepted('resumed');
    }
  }

  checkRecover({ backup, seenRevision }: RecoverCommand): void {
    const state = this.#inbox.current();
    refuseStale(state, seenRevision);
    const decision = decideRecovery(state, backup);
    if (decision.action === 'refuse') throw refusal(decision.refusal, decision.reasons);
  }

  recover(command: RecoverCommand): CommandAccepted {
    this.checkRecover(command);
    const { reasons } = decideRecovery(this.#inbox.current(), command.backup);
    this.#inbox.update((state) => acceptRecovery(state, command.backup, wish(command, reasons)));
    return this.#inbox.accepted('started');
  }

  checkPause(_command: PauseCommand): void {
    this.#inbox.current();
  }

  /** Never refused: to pause what is paused, or to go on with what goes on, changes nothing. */
  pause({ paused, actor, reason }: PauseCommand): CommandAccepted {
    const { action } = decidePause(this.#inbox.current(), paused);
    if (action === 'unchanged') return this.#inbox.accepted('unchanged');
    const by = { actor, at: Date.now(), ...(reason === undefined ? {} : { reason }) };
    this.#inbox.update((state) => (action === 'pause' ? pauseCluster(state, by) : unpauseCluster(state)));
    return this.#inbox.accepted(action === 'pause' ? 'started' : 'resumed');
  }

  checkBackupSchedule({ change }: BackupScheduleCommand): void {
    const decision = decideSchedule(this.#inbox.current(), change);
    if (decision.action === 'refuse') throw refusal(decision.refusal, decision.reasons);
  }

  /** Kept here; BackupScheduleKeeper brings Temporal's own schedule to it. */
  setBackupSchedule(command: BackupScheduleCommand): CommandAccepted {
    this.checkBackupSchedule(command);
    const decision = decideSchedule(this.#inbox.current(), command.change);
    if (decision.action !== 'keep') return this.#inbox.accepted('unchanged');
    this.#inbox.update((state) => keepSchedule(state, decision.schedule, { actor: command.actor, at: Date.now() }));
    return this.#inbox.accepted('changed');
  }
}

/** A change of a cluster that exists is never undone by itself: a person decides. */
function wish({ actor, reason }: Caller, changes: readonly string[]) {
  return { actor, onFailure: 'block' as const, changes, now: Date.now(), ...(reason === undefined ? {} : { reason }) };
}
