import { ApplicationFailure, TimeoutFailure, WorkflowNotFoundError } from '@temporalio/common';
import {
  BackupDestinationError,
  BackupUnusableError,
  CliError,
  ConflictError,
  GeneralError,
  NotFoundError,
  NotSupportedError,
  NoWorkerError,
  SetupError,
  VersionNotAvailableError,
  type ErrorFacts,
} from '../errors.ts';
import { unreachable, type TemporalSession } from './session.ts';

type ErrorClass = new (facts: ErrorFacts) => CliError;

/** Types of ApplicationFailure that have an exit code of their own: refusals of updates, errors of activities. */
const byType: Readonly<Record<string, ErrorClass>> = {
  Conflict: ConflictError,
  ChangeNotSupported: NotSupportedError,
  NotFound: NotFoundError,
  AdmissionRefused: ConflictError,
  ClusterDeleted: ConflictError,
  OwnedByAnother: ConflictError,
  RecordConflict: ConflictError,
  ClusterNotFound: NotFoundError,
  BackupNotFound: NotFoundError,
  BackupDamaged: BackupUnusableError,
  BackupTruncated: BackupUnusableError,
  BackupVersion: BackupUnusableError,
  BackupKey: BackupUnusableError,
  BackupKeyFile: BackupUnusableError,
  ForeignBackup: BackupUnusableError,
  BackupCredentials: BackupDestinationError,
  BackupDestinationFull: BackupDestinationError,
  BackupDestinationMissing: BackupDestinationError,
  BackupDestinationUnreachable: BackupDestinationError,
  EtcdToolsMissing: SetupError,
  NotSimulated: NotSupportedError,
  RevisionNotFound: NotFoundError,
  VersionNotAvailable: VersionNotAvailableError,
  DockerUnreachable: SetupError,
  DockerPermission: SetupError,
  EngineNotSuitable: SetupError,
};

// Codes of google.rpc.Code, as gRPC sends them.
const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;
const ABORTED = 10;
const UNAVAILABLE = 14;

/** What was asked, for the message: "apply", where: workflow ID, and the facts that stay true when it failed. */
export type Attempt = Pick<ErrorFacts, 'where' | 'unchanged' | 'next'> & {
  readonly session: Pick<TemporalSession, 'target'>;
  readonly notFound?: ErrorFacts;
};

/** An error of Temporal's client as one that a person can act on; others pass as they are. */
export function translateFailure(error: unknown, attempt: Attempt): unknown {
  if (error instanceof CliError) return error;
  if (error instanceof WorkflowNotFoundError || isNamed(error, 'QueryRejectedError')) {
    return new NotFoundError(attempt.notFound ?? { what: messageOf(error), cause: error });
  }
  if (isNamed(error, 'WorkflowUpdateFailedError') || isNamed(error, 'WorkflowFailedError')) return translateCause(error, attempt);
  if (isNamed(error, 'WorkflowUpdateRPCTimeoutOrCancelledError')) return noWorker(attempt, error);
  const code = grpcCode(error);
  if (code === UNAVAILABLE) return unreachable(attempt.session.target, error);
  // When time is up on both sides, the server may be first to end the call: that arrives as CANCELLED.
  if (code === DEADLINE_EXCEEDED || code === CANCELLED || code === FAILED_PRECONDITION) return noWorker(attempt, error);
  if (code === NOT_FOUND) return new NotFoundError(attempt.notFound ?? { what: messageOf(error), cause: error });
  return error;
}

/**
 * What an update met.
 *  answer      it was refused, or cannot be delivered: the same again would meet the same
 *  closingRun  a run that was about to end: where the workflow is open, another one has begun
 *  silence     nobody answered in time; it may be carried out yet
 */
export function meetingOf(error: unknown): 'answer' | 'closingRun' | 'silence' {
  if (isNamed(error, 'WorkflowUpdateRPCTimeoutOrCancelledError')) return 'silence';
  if (isNamed(error, 'WorkflowUpdateFailedError')) {
    const { cause } = error;
    return cause instanceof ApplicationFailure && cause.type === 'AcceptedUpdateCompletedWorkflow' ? 'closingRun' : 'answer';
  }
  if (error instanceof WorkflowNotFoundError) return 'closingRun';
  const code = grpcCode(error);
  return code === NOT_FOUND || code === FAILED_PRECONDITION || code === ABORTED ? 'closingRun' : 'answer';
}

/** Classes of the client are known by name: importing them would load all of it for an error that came from elsewhere. */
function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}

function translateCause(error: Error, attempt: Attempt): CliError {
  const root = rootFailure(error);
  if (root instanceof TimeoutFailure) return tooSlow(attempt, error);
  const type = root instanceof ApplicationFailure ? (root.type ?? '').replace(/Error$/, '') : '';
  const { where, unchanged, next } = attempt;
  const facts: ErrorFacts = {
    what: messageOf(root),
    cause: error,
    ...(where === undefined ? {} : { where }),
    ...(unchanged === undefined ? {} : { unchanged }),
    ...(next === undefined ? {} : { next }),
  };
  return new (byType[type] ?? GeneralError)(facts);
}

/** Child workflow → activity → the failure that says what happened. */
function rootFailure(error: Error): Error {
  let current = error;
  for (let depth = 0; depth < 10; depth += 1) {
    if (current instanceof ApplicationFailure || !(current.cause instanceof Error)) return current;
    current = current.cause;
  }
  return current;
}

export function noWorker(attempt: Attempt, cause?: unknown): NoWorkerError {
  const { target } = attempt.session;
  return new NoWorkerError({
    what: 'no Slipway worker answers',
    where: `Temporal at ${target.address}, namespace ${target.namespace}`,
    unchanged: attempt.unchanged ?? 'clusters go on running; what was accepted continues when a worker is back',
    next: ['slipway up', 'slipway status'],
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A worker polls, but the answer did not come in time: it is stuck, or its code does not fit. */
function tooSlow(attempt: Attempt, cause: unknown): NoWorkerError {
  const { target } = attempt.session;
  return new NoWorkerError({
    what: 'the worker did not answer in time',
    where: `${attempt.where === undefined ? '' : `${attempt.where}, `}Temporal at ${target.address}, namespace ${target.namespace}`,
    unchanged: attempt.unchanged ?? 'clusters go on running',
    next: ["slipway status   (names the worker's log)", 'slipway down, then slipway up'],
    cause,
  });
}

function grpcCode(error: unknown): number | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth += 1) {
    const code: unknown = 'code' in current ? current.code : undefined;
    if (typeof code === 'number') return code;
  }
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

