import { currentOperation } from '../../domain/cluster-state.ts';
import type { Operation } from '../../domain/operation.ts';
import { sortRemovals } from '../../domain/take-back.ts';
import { nextForBlocked } from '../blocked-next.ts';
import { nextForCancelled } from '../cancelled-next.ts';
import { OperationBlockedError, OperationCancelledError, OperationFailedError } from '../errors.ts';
import { formatDuration } from '../render/age.ts';
import { renderTimings } from '../render/timings.ts';
import { colorsFor, writeStory } from '../terminal.ts';
import type { Followed } from './follow-operation.ts';
import type { Progress } from './progress.ts';

type Subject = { readonly cluster: string; readonly operationId: string };

/**
 * Says how a followed operation ended and how long each phase took.
 * @throws OperationBlockedError, OperationFailedError or OperationCancelledError unless it succeeded.
 */
export function concludeFollowed(followed: Followed, subject: Subject): void {
  if (followed.kind === 'rested') concludeRested(followed.operation, followed.progress, subject);
  else concludeClosed(followed, subject);
}

function tellTimings(operation: Operation, progress: Progress): void {
  writeStory('');
  writeStory(renderTimings({ operation, steps: progress.state.steps, now: progress.at }));
}

function concludeRested(operation: Operation, progress: Progress, { cluster }: Subject): void {
  tellTimings(operation, progress);
  const evidence = operation.evidence;
  const removal = removalAfter(operation, progress);
  if (removal !== undefined) {
    throw new OperationCancelledError({
      what: `${operation.id} was superseded: cluster ${cluster} is being deleted by ${removal.id}`,
      next: [`slipway watch cluster ${cluster}   (follows the removal)`],
    });
  }
  const where = evidence === undefined ? cluster : `${evidence.at} (${evidence.error}, attempt ${evidence.attempts})`;
  switch (operation.phase) {
    case 'Blocked':
      throw new OperationBlockedError({
        what: `${operation.id} is Blocked`,
        where,
        unchanged: 'what was done so far stays; nothing more is started',
        ...(evidence === undefined ? {} : { evidence: evidence.message }),
        next: [`slipway describe cluster ${cluster}`, ...nextForBlocked(cluster, operation, sortRemovals(progress.state))],
      });
    case 'Failed':
      throw new OperationFailedError({
        what: `${operation.id} failed, and --on-failure=retain keeps everything as it stands`,
        where,
        ...(evidence === undefined ? {} : { evidence: evidence.message }),
        next: [`slipway describe cluster ${cluster}`, `slipway delete cluster ${cluster}`],
      });
    case 'Cancelled':
      throw new OperationCancelledError({
        what: `${operation.id} was cancelled`,
        unchanged: 'what exists stays',
        next: nextForCancelled(cluster, operation),
      });
    case 'Superseded':
      throw new OperationCancelledError({
        what: `${operation.id} was superseded: a newer wish took its place`,
        next: [`slipway watch cluster ${cluster}   (follows that one)`],
      });
    case 'Undone':
      throw undone(operation.id, evidence?.message);
    case 'Running':
    case 'Cancelling':
    case 'Undoing':
    case 'Succeeded':
      succeed(`${operation.id} succeeded in ${formatDuration((operation.endedAt ?? progress.at) - operation.startedAt)}`);
  }
}

/** A delete takes a create's place at once, while the cluster is still there for some seconds. */
function removalAfter(operation: Operation, { state }: Progress): Operation | undefined {
  const current = currentOperation(state);
  return operation.phase === 'Superseded' && current?.verb === 'delete' && current.id !== operation.id ? current : undefined;
}

function concludeClosed(followed: Extract<Followed, { kind: 'closed' }>, { cluster, operationId }: Subject): void {
  const { last } = followed;
  const operation = last?.state.operations.find(({ id }) => id === operationId);
  if (operation !== undefined && last !== undefined) tellTimings(operation, last);
  switch (followed.outcome) {
    case 'deleted':
      if (operation !== undefined && operation.verb !== 'delete') {
        throw new OperationCancelledError({ what: `cluster ${cluster} was deleted while ${operationId} was under way` });
      }
      succeed(`cluster ${cluster} is deleted: no machine, network, volume or secret of it is left`);
      return;
    case 'undone':
      throw undone(operationId, operation?.evidence?.message);
    case 'refused':
      throw new OperationFailedError({ what: `${operationId} was refused: nothing was created`, next: ['slipway get clusters'] });
  }
}

/** Without evidence nothing failed: a person stopped it. */
function undone(operationId: string, evidence: string | undefined): OperationFailedError | OperationCancelledError {
  if (evidence === undefined) {
    return new OperationCancelledError({ what: `${operationId} was cancelled and undone`, unchanged: 'nothing of it is left' });
  }
  return new OperationFailedError({
    what: `${operationId} failed and was undone: nothing of it is left`,
    evidence,
    next: ['mend what it failed on, then apply again; --on-failure=block keeps everything to look at'],
  });
}

function succeed(text: string): void {
  writeStory(`${colorsFor(process.stderr).green('✓')} ${text}`);
}
