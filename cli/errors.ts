import type { ExitKind } from './exit-codes.ts';

export type ErrorFacts = {
  /** What failed, one sentence without a full stop. */
  readonly what: string;
  /** Host, file, workflow, machine. */
  readonly where?: string;
  /** What stayed as it was. */
  readonly unchanged?: string;
  /** What to do next: commands or sentences, in the order to try them. */
  readonly next?: readonly string[];
  /** Last lines of what failed, already scrubbed. */
  readonly evidence?: string;
  readonly cause?: unknown;
};

/** An error that a person can act on; its kind decides the exit code (exit-codes.ts). */
export abstract class CliError extends Error {
  abstract readonly kind: ExitKind;
  readonly facts: ErrorFacts;

  constructor(facts: ErrorFacts) {
    super(facts.what, facts.cause === undefined ? {} : { cause: facts.cause });
    this.name = new.target.name;
    this.facts = facts;
  }
}

export class GeneralError extends CliError {
  readonly kind = 'general';
}

/** The workflow of one cluster fails to answer: that says nothing about others. */
export class ClusterUnreadableError extends GeneralError {}

export class UsageError extends CliError {
  readonly kind = 'usage';
}

export class InvalidManifestError extends CliError {
  readonly kind = 'invalidManifest';
}

export class NotFoundError extends CliError {
  readonly kind = 'notFound';
}

export class ConflictError extends CliError {
  readonly kind = 'conflict';
}

export class NotSupportedError extends CliError {
  readonly kind = 'notSupported';
}

export class VersionNotAvailableError extends CliError {
  readonly kind = 'versionNotAvailable';
}

export class TemporalUnreachableError extends CliError {
  readonly kind = 'temporalUnreachable';
}

export class NoWorkerError extends CliError {
  readonly kind = 'noWorker';
}

export class SetupError extends CliError {
  readonly kind = 'setup';
}

export class OperationBlockedError extends CliError {
  readonly kind = 'operationBlocked';
}

export class OperationFailedError extends CliError {
  readonly kind = 'operationFailed';
}

export class OperationCancelledError extends CliError {
  readonly kind = 'operationCancelled';
}

export class TimeoutError extends CliError {
  readonly kind = 'timeout';
}

/** What was asked for was done in part: what is missing is named. */
export class PartialError extends CliError {
  readonly kind = 'partial';
}

export class BackupUnusableError extends CliError {
  readonly kind = 'backupUnusable';
}

export class BackupDestinationError extends CliError {
  readonly kind = 'backupDestination';
}

/** Ctrl-C while following: not a failure of anything but the watching. */
export class DetachedError extends CliError {
  readonly kind = 'detached';
}
