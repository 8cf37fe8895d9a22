import { acceptSetting } from '../domain/change-cluster.ts';
import { acceptUndo } from '../domain/rollout/accept-undo.ts';
import { approveGate, decideApproval } from '../domain/rollout/approve-gate.ts';
import { decideRestart, type RestartDecision } from '../domain/rollout/decide-restart.ts';
import { decideUndo } from '../domain/rollout/decide-undo.ts';
import { decideRolloutPause, pauseRollout } from '../domain/rollout/pause-rollout.ts';
import type { ClusterInbox } from './cluster-inbox.ts';
import type { ApproveCommand, CommandAccepted, PauseRolloutCommand, RestartCommand, UndoCommand } from './messages.ts';
import { refusal, refuseStale } from './refusals.ts';

/**
 * What people may say of how Machines are replaced: again, back, not now, go on. As in the inbox,
 * handlers decide, record and answer at once.
 */
export class RolloutWords {
  readonly #inbox: ClusterInbox;

  constructor(inbox: ClusterInbox) {
    this.#inbox = inbox;
  }

  checkRestart(command: RestartCommand): void {
    const state = this.#inbox.current();
    refuseStale(state, command.seenRevision);
    refuseOr(decideRestart(state, { owner: command.owner, now: Date.now() }));
  }

  restart(command: RestartCommand): CommandAccepted {
    this.checkRestart(command);
    const decision: RestartDecision = decideRestart(this.#inbox.current(), { owner: command.owner, now: Date.now() });
    if (decision.action === 'refuse') throw refusal(decision.refusal, decision.reasons);
    this.#inbox.update((state) => acceptSetting(state, { ...decision, verb: 'restart' }, wish(command, decision.reasons)));
    return this.#inbox.accepted('started');
  }

  checkUndo(command: UndoCommand): void {
    const state = this.#inbox.current();
    refuseStale(state, command.seenRevision);
    refuseOr(decideUndo(state, command));
  }

  undo(command: UndoCommand): CommandAccepted {
    this.checkUndo(command);
    const decision = decideUndo(this.#inbox.current(), command);
    if (decision.action !== 'undo') return this.#inbox.accepted('unchanged');
    const changes = [`back to revision ${command.target.revision}`, ...decision.reasons];
    const agreed = command.plan === undefined ? {} : { plan: command.plan };
    this.#inbox.update((state) => acceptUndo(state, decision, { ...wish(command, changes), ...agreed }));
    return this.#inbox.accepted('started');
  }

  checkPause(command: PauseRolloutCommand): void {
    refuseOr(decideRolloutPause(this.#inbox.current(), command));
  }

  pause(command: PauseRolloutCommand): CommandAccepted {
    this.checkPause(command);
    const { action } = decideRolloutPause(this.#inbox.current(), command);
    if (action === 'unchanged') return this.#inbox.accepted('unchanged');
    this.#inbox.update((state) => pauseRollout(state, { ...command, at: Date.now() }));
    return this.#inbox.accepted(action === 'pause' ? 'started' : 'resumed');
  }

  checkApprove(command: ApproveCommand): void {
    refuseOr(decideApproval(this.#inbox.current(), command));
  }

  approve(command: ApproveCommand): CommandAccepted {
    this.checkApprove(command);
    const { gate, actor, reason } = command;
    if (decideApproval(this.#inbox.current(), command).action === 'unchanged') return this.#inbox.accepted('unchanged');
    this.#inbox.update((state) => approveGate(state, { gate, actor, reason, at: Date.now() }));
    return this.#inbox.accepted('resumed');
  }
}

type Decision = { readonly action: string } | Extract<ReturnType<typeof decideUndo>, { action: 'refuse' }> | Extract<ReturnType<typeof decideApproval>, { action: 'refuse' }>;

function refuseOr(decision: Decision): void {
  if ('refusal' in decision) throw refusal(decision.refusal, decision.reasons);
}

/** A change of a cluster that exists is never undone by itself: a person decides. */
function wish({ actor, reason }: RestartCommand | UndoCommand, changes: readonly string[]) {
  return { actor, onFailure: 'block' as const, changes, now: Date.now(), ...(reason === undefined ? {} : { reason }) };
}
