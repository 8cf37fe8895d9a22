import type { CommandResult, SshTarget } from '../seams/command-runner.ts';
import { lastLines } from '../last-lines.ts';
import { scrub } from '../../domain/scrub.ts';
import { SshError } from './errors.ts';

/** What was to be sent did not arrive whole, so nothing of it was run. */
export class SshInputIncompleteError extends SshError {
  override readonly name = 'SshInputIncompleteError';

  constructor(target: SshTarget, stderr: string) {
    super({
      target,
      what: `the script or its input did not arrive whole: ${lastLines(stderr, 3)}.`,
      outcome: 'unchanged',
      next: 'Check that /run has free space there.',
      retryable: true,
    });
  }
}

/** A command that ran to its end and said no. For activities: `run` itself resolves with any exit code. */
export class CommandFailedError extends SshError {
  override readonly name = 'CommandFailedError';
  readonly exitCode: number;

  constructor({ target, what, result, next, retryable = true }: {
    target: SshTarget;
    /** In words, as in "kubeadm init". */
    what: string;
    result: CommandResult;
    next: string;
    retryable?: boolean;
  }) {
    const output = lastLines(scrub(result.stderr), 8) || lastLines(scrub(result.stdout), 8);
    super({
      target,
      what: `${what} failed with exit code ${result.exitCode}${output === '' ? '.' : `:\n${output}\n`}`,
      outcome: 'failed',
      next,
      retryable,
    });
    this.exitCode = result.exitCode;
  }
}

/** Files could not be written: no right, no space, no such owner, or a folder in a file's place. */
export class WriteFilesError extends SshError {
  override readonly name = 'WriteFilesError';
  /** The one that failed. It is as it was, and so are those after it in the list. */
  readonly path: string;

  constructor({ target, path, written, result }: {
    target: SshTarget;
    path: string;
    written: number;
    result: CommandResult;
  }) {
    const reason = lastLines(scrub(result.stderr), 3) || `exit code ${result.exitCode}`;
    super({
      target,
      what: `cannot write ${path}: ${reason}. ${written} of the files were written, this one was not.`,
      outcome: 'failed',
      next: 'Check free space and rights there; writing the same files again is safe.',
      retryable: true,
    });
    this.path = path;
  }
}

/** A later attempt at this operation was recorded on the Machine: this one must do no more. */
export class FencedAttemptError extends SshError {
  override readonly name = 'FencedAttemptError';
  readonly operation: string;
  readonly generation: number;
  readonly recorded: number;

  constructor({ target, operation, generation, recorded }: {
    target: SshTarget;
    operation: string;
    generation: number;
    recorded: number;
  }) {
    super({
      target,
      what: `refused generation ${generation} of operation ${operation}: generation ${recorded} was there already.`,
      outcome: 'unchanged',
      next: 'A later attempt has taken over; this one has nothing left to do.',
      retryable: false,
    });
    this.operation = operation;
    this.generation = generation;
    this.recorded = recorded;
  }
}

/** The Machine could not decide on, or start, a durable command: systemd or the disk said no, or nothing. */
export class DurableCommandRefusedError extends SshError {
  override readonly name = 'DurableCommandRefusedError';

  constructor({ target, operation, reason, outcome }: {
    target: SshTarget;
    operation: string;
    reason: string;
    outcome: 'unchanged' | 'unknown';
  }) {
    super({
      target,
      what: `operation ${operation} was not started: ${reason}.`,
      outcome,
      next: 'The next attempt decides again from what it finds there.',
      retryable: true,
    });
  }
}

/** A durable command's unit ended without leaving an exit status: the Machine rebooted, or its disk is full. */
export class DurableCommandVanishedError extends SshError {
  override readonly name = 'DurableCommandVanishedError';

  constructor(target: SshTarget, operation: string) {
    super({
      target,
      what: `operation ${operation} disappeared without an exit status.`,
      outcome: 'unknown',
      next: 'The next attempt cleans up and starts it again.',
      retryable: true,
    });
  }
}
