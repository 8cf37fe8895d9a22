import { pipeline, Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { SshTarget } from '../seams/command-runner.ts';
import type { ConnectionEnd, SshConnection } from './connection.ts';
import { SshConnectionLostError, SshSessionRefusedError, SshTimeoutError } from './errors.ts';
import { exitCodeOfSignal } from './exit-code.ts';

export type ExecRequest = {
  readonly target: SshTarget;
  /** Seen in the Machine's process list: holds no secret. */
  readonly command: string;
  readonly stdin: Buffer;
  /** Follows `stdin`, piece by piece, each asked for when the Machine has taken the one before; counts as a sign of life. */
  readonly stdinRest?: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** What the time is counted from: the call, or the last byte that came. */
  readonly timeoutFrom: 'start' | 'last-output';
  /** Nothing more is read while what it returns is pending: the Machine then waits, and no time counts. */
  readonly onStdout: (chunk: Buffer) => void | Promise<void>;
  readonly onStderr: (chunk: Buffer) => void;
};

/**
 * Runs one command in a session of its own and resolves with its exit code, 128 + n for a signal.
 * An aborted signal rejects at once with its reason; what runs on the Machine is not stopped by that.
 * Leaves neither listeners nor an open channel behind, however it ends.
 */
export function exec(connection: SshConnection, request: ExecRequest): Promise<number> {
  const { target, signal, timeoutMs } = request;
  if (signal.aborted) {
    return Promise.reject(asError(signal.reason));
  }
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const releases: (() => void)[] = [];
  let channel: ClientChannel | undefined;
  let settled = false;
  let exitCode: number | undefined;

  const settle = (finish: () => void): void => {
    if (settled) {
      return;
    }
    settled = true;
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    for (const release of releases) {
      release();
    }
    // Where the Machine has closed it already, this does nothing.
    channel?.close();
    finish();
  };
  const outcome = (): 'unchanged' | 'unknown' => (channel === undefined ? 'unchanged' : 'unknown');
  const lost = (reason: string): void => {
    settle(() => reject(new SshConnectionLostError({ target, reason, outcome: outcome() })));
  };
  const timedOut = (waitedFor: string, afterMs: number): void => {
    settle(() => reject(new SshTimeoutError({ target, waitedFor, timeoutMs: afterMs, outcome: outcome() })));
  };
  const onAbort = (): void => settle(() => reject(asError(signal.reason)));
  const onConnectionEnd = (end: ConnectionEnd): void => {
    if (end.kind === 'silent') {
      const { keepaliveIntervalMs, keepaliveCountMax } = connection.limits;
      timedOut('answers to keep-alives', keepaliveIntervalMs * (keepaliveCountMax + 1));
    } else {
      lost(end.reason);
    }
  };

  let isHeldBack = false;
  const timer = setTimeout(() => {
    if (isHeldBack && request.timeoutFrom === 'last-output') timer.refresh();
    else timedOut("the command's result", timeoutMs);
  }, timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  releases.push(connection.onEnd(onConnectionEnd));

  /** Resumes the output that it holds back once the chunk has been dealt with. */
  const holdBack = (output: ClientChannel, dealt: Promise<void>): void => {
    isHeldBack = true;
    output.pause();
    const goOn = (): void => {
      isHeldBack = false;
      if (!settled) timer.refresh();
      output.resume();
    };
    dealt.then(goOn, (error: unknown) => settle(() => reject(asError(error))));
  };

  const onData = (deliver: (chunk: Buffer) => void | Promise<void>) => (chunk: Buffer) => {
    if (settled) {
      return;
    }
    if (request.timeoutFrom === 'last-output') {
      timer.refresh();
    }
    try {
      const dealt = deliver(chunk);
      if (dealt instanceof Promise && channel !== undefined) holdBack(channel, dealt);
    } catch (error) {
      settle(() => reject(asError(error)));
    }
  };

  /** The command sees an end also where there was none, and may succeed with a part: the caller is told why at once. */
  const send = (opened: ClientChannel, rest: AsyncIterable<Uint8Array>): void => {
    const input = async function* (): AsyncGenerator<Uint8Array> {
      yield request.stdin;
      try {
        for await (const piece of rest) {
          if (!settled) timer.refresh();
          yield piece;
        }
      } catch (error) {
        settle(() => reject(asError(error)));
        throw error;
      }
    };
    pipeline(Readable.from(input()), opened, (error) => {
      if (error !== null && error !== undefined) settle(() => reject(error));
    });
  };

  const onOpened = (opened: ClientChannel): void => {
    channel = opened;
    // Both must have been read to their end: a channel's `close` does not wait for its standard error.
    let open = 2;
    const onClosed = (): void => {
      open -= 1;
      if (open === 0) {
        const code = exitCode;
        if (code === undefined) {
          lost('the session ended without an exit status');
        } else {
          settle(() => resolve(code));
        }
      }
    };
    opened.on('exit', (code: number | null, name?: string) => {
      exitCode = code ?? exitCodeOfSignal(name ?? '');
    });
    opened.on('data', onData(request.onStdout));
    opened.stderr.on('data', onData(request.onStderr));
    opened.on('close', onClosed);
    opened.stderr.on('close', onClosed);
    opened.on('error', () => undefined);
    if (request.stdinRest === undefined) opened.end(request.stdin);
    else send(opened, request.stdinRest);
  };

  try {
    connection.client.exec(request.command, (error, opened) => {
      if (settled) {
        // Aborted or timed out meanwhile: nothing was sent, so the command waits for its script in vain.
        if (error === undefined) {
          discard(opened);
        }
      } else if (error === undefined) {
        onOpened(opened);
      } else {
        settle(() => reject(new SshSessionRefusedError(target, error)));
      }
    });
  } catch (error) {
    lost(asError(error).message);
  }
  return promise;
}

/** Closes a channel that nobody wants, and reads what still comes into nothing, so that it can end. */
function discard(channel: ClientChannel): void {
  channel.on('error', () => undefined);
  channel.resume();
  channel.stderr.resume();
  channel.close();
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
