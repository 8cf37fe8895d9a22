import type { SshTarget } from '../seams/command-runner.ts';
import { scrub } from '../../domain/scrub.ts';

/** What is known of the Machine: nothing was started there; nobody can say; it ran to an end that is no success. */
export type RemoteOutcome = 'unchanged' | 'unknown' | 'failed';

type SshFailure = {
  readonly target: SshTarget;
  readonly what: string;
  readonly outcome: RemoteOutcome;
  readonly next: string;
  /** False where the same call can only fail again. */
  readonly retryable: boolean;
  readonly cause?: unknown;
};

const OUTCOME: Readonly<Record<RemoteOutcome, string>> = {
  unchanged: 'Nothing was run there: the Machine is unchanged.',
  unknown: 'Whether the command took effect is unknown; a retry looks before it acts.',
  failed: 'What it did before it failed is still there.',
};

/** Anything that kept a command on a Machine from giving a result. Its message holds no secret. */
export class SshError extends Error {
  override readonly name: string = 'SshError';
  readonly machine: string;
  /** host:port */
  readonly endpoint: string;
  readonly outcome: RemoteOutcome;
  readonly retryable: boolean;

  constructor({ target, what, outcome, next, retryable, cause }: SshFailure) {
    const endpoint = `${target.host}:${target.port}`;
    super(scrub(`Machine ${target.machine} (SSH ${endpoint}): ${what} ${OUTCOME[outcome]} ${next}`), { cause });
    this.machine = target.machine;
    this.endpoint = endpoint;
    this.outcome = outcome;
    this.retryable = retryable;
  }
}

/** Nothing answers as an SSH server there: refused, reset, no route, or closed during the handshake. */
export class SshUnreachableError extends SshError {
  override readonly name = 'SshUnreachableError';

  constructor(target: SshTarget, cause: Error) {
    super({
      target,
      what: `cannot be reached: ${cause.message}.`,
      outcome: 'unchanged',
      next: 'Check that the Machine runs and that its sshd listens.',
      retryable: true,
      cause,
    });
  }
}

/** Somebody else answers in a Machine's place, or its host key was replaced. A security event. */
export class HostKeyChangedError extends SshError {
  override readonly name = 'HostKeyChangedError';
  /** Fingerprints as `ssh-keygen -l` prints them. */
  readonly expected: string;
  readonly got: string;

  constructor({ target, expected, got }: { target: SshTarget; expected: string; got: string }) {
    super({
      target,
      what: `presented another host key than the pinned one (expected ${expected}, got ${got}); the connection was refused.`,
      outcome: 'unchanged',
      next: 'Somebody may be answering in its place. If the Machine was rebuilt outside Slipway, replace it through Slipway.',
      retryable: false,
    });
    this.expected = expected;
    this.got = got;
  }
}

/** The Machine does not accept the cluster's key for root. */
export class SshAuthenticationError extends SshError {
  override readonly name = 'SshAuthenticationError';

  constructor(target: SshTarget, reason: string) {
    super({
      target,
      what: `refused the cluster's SSH key for root (${reason}).`,
      outcome: 'unchanged',
      next: "Check that /root/.ssh/authorized_keys there holds the cluster's public key, and sshd's PermitRootLogin.",
      retryable: false,
    });
  }
}

/** The peer went silent: no handshake, no answer to keep-alives, or no result in the time given. */
export class SshTimeoutError extends SshError {
  override readonly name = 'SshTimeoutError';

  constructor({ target, waitedFor, timeoutMs, outcome, cause }: {
    target: SshTarget;
    waitedFor: string;
    timeoutMs: number;
    outcome: RemoteOutcome;
    cause?: unknown;
  }) {
    super({
      target,
      what: `no answer within ${Math.round(timeoutMs / 100) / 10} s while waiting for ${waitedFor}.`,
      outcome,
      next: 'The Machine may be overloaded, frozen or cut off.',
      retryable: true,
      cause,
    });
  }
}

/** The connection ended before the command's result came. */
export class SshConnectionLostError extends SshError {
  override readonly name = 'SshConnectionLostError';

  constructor({ target, reason, outcome, cause }: {
    target: SshTarget;
    reason: string;
    outcome: RemoteOutcome;
    cause?: unknown;
  }) {
    super({
      target,
      what: `the connection was lost (${reason}).`,
      outcome,
      next: 'The next attempt connects again.',
      retryable: true,
      cause,
    });
  }
}

/** sshd would not open one more session (MaxSessions), or would not run a command in it. */
export class SshSessionRefusedError extends SshError {
  override readonly name = 'SshSessionRefusedError';

  constructor(target: SshTarget, cause: Error) {
    super({
      target,
      what: `sshd refused a session: ${cause.message}.`,
      outcome: 'unchanged',
      next: "Too many commands at a time may be running there: see sshd's MaxSessions.",
      retryable: true,
      cause,
    });
  }
}
