import { newCluster, startOperation } from '../domain/accept-command.ts';
import { applyReport } from '../domain/apply-report.ts';
import { withOperation } from '../domain/update-state.ts';
import { acceptApply, agreedOnResume, takeOver } from '../domain/change-cluster.ts';
import { currentOperation, type ClusterState } from '../domain/cluster-state.ts';
import { decideApply, type ApplyDecision } from '../domain/decide-apply.ts';
import type { HealthReport } from '../domain/health/control-plane-health.ts';
import { recordHealth } from '../domain/health/record-health.ts';
import { recordBackupStale, recordDelivery } from '../domain/notices/decide-notices.ts';
import type { DeliveryReport } from '../domain/notices/notice.ts';
import type { BackupStale } from '../domain/backup/backup-stale.ts';
import { isOpen, type AgreedPlan, type OperationVerb } from '../domain/operation.ts';
import type { StepReport } from '../domain/step.ts';
import { upgradeState } from '../domain/upgrade-state.ts';
import type { ClusterWorkflowInput } from './contracts.ts';
import type { ApplyCommand, CancelCommand, CommandAccepted, DeleteCommand } from './messages.ts';
import { refusal, refuseStale } from './refusals.ts';

/**
 * The cluster's state and the only ways to change it. Handlers are synchronous: they decide, record
 * and answer at once, and the main loop does the work (Temporal allows ten updates in flight).
 */
export class ClusterInbox {
  #state: ClusterState | undefined;
  readonly #name: string;

  constructor(input: ClusterWorkflowInput) {
    this.#name = input.name;
    this.#state = input.state === undefined ? undefined : upgradeState(input.state);
  }

  hasState(): boolean {
    return this.#state !== undefined;
  }

  current(): ClusterState {
    if (this.#state === undefined) throw refusal('NotFound', [`cluster ${this.#name} does not exist`]);
    return this.#state;
  }

  update(change: (state: ClusterState) => ClusterState): void {
    this.#state = change(this.current());
  }

  checkApply(command: ApplyCommand): void {
    if (this.#state !== undefined) refuseStale(this.#state, command.seenRevision);
    const decision = this.#decideApply(command);
    if (decision.action === 'refuse') throw refusal(decision.refusal, decision.reasons);
  }

  apply(command: ApplyCommand): CommandAccepted {
    this.checkApply(command);
    const decision = this.#decideApply(command);
    switch (decision.action) {
      case 'start':
        this.#state = newCluster({ placement: command.placement, desired: command.desired, now: Date.now() });
        return this.#start('create', command, 'started');
      case 'resume':
        return this.#resume(command);
      case 'change':
        this.update((state) => acceptApply(state, decision.merged, { ...command, onFailure: 'block', changes: decision.reasons, now: Date.now() }));
        return this.accepted('started');
      case 'attach':
        return this.accepted('attached');
      case 'unchanged':
        this.update((state) => takeOver(state, command.desired));
        return this.accepted('unchanged');
      case 'refuse':
        throw refusal(decision.refusal, decision.reasons);
    }
  }

  #decideApply({ desired, force }: ApplyCommand): ApplyDecision {
    return decideApply(this.#state, { manifest: desired, ...(force === undefined ? {} : { force }) });
  }

  checkDelete(_command: DeleteCommand): void {
    this.current();
  }

  delete(command: DeleteCommand): CommandAccepted {
    const operation = currentOperation(this.current());
    // One that has just ended counts too: the entity closes, and could not carry out another.
    const underWay = operation?.verb === 'delete' && (operation.phase === 'Running' || operation.phase === 'Succeeded');
    return underWay || operation?.phase === 'Undone' ? this.accepted('attached') : this.#start('delete', { ...command, onFailure: 'block' }, 'started');
  }

  checkCancel(command: CancelCommand): void {
    const operation = this.current().operations.find((candidate) => candidate.id === command.operationId);
    if (operation === undefined) throw refusal('NotFound', [`cluster ${this.#name} has no operation ${command.operationId}`]);
    if (!isOpen(operation)) throw refusal('Conflict', [`operation ${operation.id} has ended: ${operation.phase}`]);
    if (operation.verb === 'delete' || operation.phase === 'Undoing') {
      throw refusal('Conflict', [`operation ${operation.id} is removing the cluster: there is no way back from that`]);
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
    return this.accepted('started');
  }

  /** What a removal has begun goes on, and so does a cluster with nothing under way. */
  cancelFromOutside(): void {
    const operation = this.#state === undefined ? undefined : currentOperation(this.#state);
    if (operation === undefined || !isOpen(operation) || operation.verb === 'delete' || operation.phase === 'Undoing') return;
    this.update((state) => withOperation(state, { ...operation, phase: 'Cancelling' }));
  }

  hearOfBackups(stale: BackupStale | undefined): void {
    if (this.#state !== undefined) this.#state = recordBackupStale(this.#state, stale);
  }

  hearOfHealth(report: HealthReport): void {
    if (this.#state !== undefined) this.#state = recordHealth(this.#state, report, Date.now());
  }

  report(report: StepReport): void {
    // A step may outlive a cluster that was refused or is gone.
    if (this.#state !== undefined) this.#state = applyReport(this.#state, report, Date.now());
  }

  /** How telling people went; as late as the report of a step. */
  delivered(report: DeliveryReport): void {
    if (this.#state !== undefined) this.#state = recordDelivery(this.#state, report);
  }

  #start(
    verb: OperationVerb,
    command: Pick<ApplyCommand, 'actor' | 'reason' | 'onFailure'>,
    result: CommandAccepted['result'],
    plan?: AgreedPlan,
  ): CommandAccepted {
    const { actor, reason, onFailure } = command;
    this.update((state) =>
      startOperation(state, { verb, actor, onFailure, now: Date.now(), ...(reason === undefined ? {} : { reason }), ...(plan === undefined ? {} : { plan }) }),
    );
    return this.accepted(result);
  }

  /** A create, or a change, that stopped goes on: the newest wish stays what it was. */
  #resume(command: ApplyCommand): CommandAccepted {
    const verb = currentOperation(this.current())?.verb ?? 'create';
    const plan = agreedOnResume(this.current());
    return this.#start(verb === 'delete' ? 'create' : verb, command, 'resumed', plan);
  }

  accepted(result: CommandAccepted['result']): CommandAccepted {
    const state = this.current();
    return { operationId: currentOperation(state)?.id ?? '', result, revision: state.revision };
  }
}
