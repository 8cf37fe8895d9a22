import { ApplicationFailure } from '@temporalio/workflow';
import { decideApply, newCluster, startOperation } from '../domain/accept-command.ts';
import { applyReport, withOperation } from '../domain/apply-report.ts';
import { currentOperation, type ClusterState } from '../domain/cluster-state.ts';
import { isOpen } from '../domain/operation.ts';
import type { StepReport } from '../domain/step.ts';
import type { ClusterWorkflowInput } from './contracts.ts';
import type { ApplyCommand, CancelCommand, CommandAccepted, DeleteCommand, RefusalType } from './messages.ts';

/**
 * The cluster's state and the only ways to change it. Handlers are synchronous: they decide, record
 * and answer at once, and the main loop does the work (Temporal allows ten updates in flight).
 */
export class ClusterInbox {
  #state: ClusterState | undefined;
  readonly #name: string;

  constructor(input: ClusterWorkflowInput) {
    this.#name = input.name;
    this.#state = input.state;
  }

  hasState(): boolean {
    return this.#state !== undefined;
  }

  current(): ClusterState {
    if (this.#state === undefined) throw refusal('NotFound', `cluster ${this.#name} does not exist`);
    return this.#state;
  }

  update(change: (state: ClusterState) => ClusterState): void {
    this.#state = change(this.current());
  }

  checkApply(command: ApplyCommand): void {
    const decision = decideApply(this.#state, command.desired);
    if (decision.action === 'refuse') throw refusal(decision.refusal ?? 'Conflict', decision.reasons.join('\n'));
  }

  apply(command: ApplyCommand): CommandAccepted {
    this.checkApply(command);
    const { action } = decideApply(this.#state, command.desired);
    switch (action) {
      case 'start':
        this.#state = newCluster({ placement: command.placement, desired: command.desired, now: Date.now() });
        return this.#start('create', command, 'started');
      case 'resume':
        return this.#start('create', command, 'resumed');
      case 'attach':
        return this.#accepted('attached');
      case 'unchanged':
        return this.#accepted('unchanged');
      case 'refuse':
        throw refusal('Conflict', 'refused');
    }
  }

  checkDelete(_command: DeleteCommand): void {
    this.current();
  }

  delete(command: DeleteCommand): CommandAccepted {
    const operation = currentOperation(this.current());
    // One that has just ended counts too: the entity closes, and could not carry out another.
    const underWay = operation?.verb === 'delete' && (operation.phase === 'Running' || operation.phase === 'Succeeded');
    return underWay || operation?.phase === 'Undone' ? this.#accepted('attached') : this.#start('delete', { ...command, onFailure: 'block' }, 'started');
  }

  checkCancel(command: CancelCommand): void {
    const operation = this.current().operations.find((candidate) => candidate.id === command.operationId);
    if (operation === undefined) throw refusal('NotFound', `cluster ${this.#name} has no operation ${command.operationId}`);
    if (!isOpen(operation)) throw refusal('Conflict', `operation ${operation.id} has ended: ${operation.phase}`);
    if (operation.verb === 'delete' || operation.phase === 'Undoing') {
      throw refusal('Conflict', `operation ${operation.id} is removing the cluster: there is no way back from that`);
    }
  }

  cancel(command: CancelCommand): CommandAccepted {
    this.checkCancel(command);
    const operation = currentOperation(this.current());
    if (operation !== undefined) {
      const { actor, reason } = command;
      const cancelled = { actor, at: Date.now(), ...(reason === undefined ? {} : { reason }) };
      this.update((state) => withOperation(state, { ...operation, phase: 'Cancelling', cancelled }));
    }
    return this.#accepted('started');
  }

  /** What a removal has begun goes on, and so does a cluster with nothing under way. */
  cancelFromOutside(): void {
    const operation = this.#state === undefined ? undefined : currentOperation(this.#state);
    if (operation === undefined || !isOpen(operation) || operation.verb === 'delete' || operation.phase === 'Undoing') return;
    this.update((state) => withOperation(state, { ...operation, phase: 'Cancelling' }));
  }

  report(report: StepReport): void {
    // A step may outlive a cluster that was refused or is gone.
    if (this.#state !== undefined) this.#state = applyReport(this.#state, report, Date.now());
  }

  #start(
    verb: 'create' | 'delete',
    command: Pick<ApplyCommand, 'actor' | 'reason' | 'onFailure'>,
    result: CommandAccepted['result'],
  ): CommandAccepted {
    const { actor, reason, onFailure } = command;
    this.update((state) =>
      startOperation(state, { verb, actor, onFailure, now: Date.now(), ...(reason === undefined ? {} : { reason }) }),
    );
    return this.#accepted(result);
  }

  #accepted(result: CommandAccepted['result']): CommandAccepted {
    const state = this.current();
    return { operationId: currentOperation(state)?.id ?? '', result, revision: state.revision };
  }
}

function refusal(type: RefusalType, message: string): ApplicationFailure {
  return ApplicationFailure.create({ type, message, nonRetryable: true });
}
