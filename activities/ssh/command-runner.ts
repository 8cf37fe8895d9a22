import type { CommandResult, CommandRunner, RunOptions, SshTarget } from '../seams/command-runner.ts';
import { SshInputIncompleteError } from './command-errors.ts';
import { createConnectionPool, type PoolLimits, type SshKeys, type SshLog } from './connection-pool.ts';
import { exec } from './exec.ts';
import { INCOMPLETE, frameScript } from './framed-script.ts';
import { createOutputTail } from './output-tail.ts';
import { runDurable } from './run-durable.ts';
import { checkFilesWritten } from './write-files.ts';
import { renderWriteFiles } from './write-files-script.ts';

const SECOND = 1000;

/** Milliseconds, and a count. */
export type SshLimits = PoolLimits & {
  /** How long a durable command's Machine may say nothing at all; it says something every 4 s. */
  readonly silenceMs: number;
};

/** A frozen peer is noticed after (3 + 1) × 5 s. */
const DEFAULT_LIMITS: SshLimits = {
  connectTimeoutMs: 10 * SECOND,
  keepaliveIntervalMs: 5 * SECOND,
  keepaliveCountMax: 3,
  idleMs: 60 * SECOND,
  silenceMs: 60 * SECOND,
};

export type SshCommandRunnerOptions = {
  readonly keys: SshKeys;
  readonly log?: SshLog;
  readonly limits?: Partial<SshLimits>;
  /** Where Machines keep the state of durable commands. */
  readonly operationsDirectory?: string;
};

/**
 * Runs commands on Machines as root over SSH: one connection a Machine, many sessions in it, made on
 * demand and closed when idle. Errors are those of errors.ts and command-errors.ts; an aborted signal
 * rejects with the signal's own reason, at once.
 *
 * What an abort or a time-out leaves behind: `run`'s command is ended on the Machine when its time is
 * up; a durable command runs on, and a later attempt attaches to it.
 */
export function createSshCommandRunner(options: SshCommandRunnerOptions): CommandRunner {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const pool = createConnectionPool({
    keys: options.keys,
    limits,
    ...(options.log === undefined ? {} : { log: options.log }),
  });

  const run = (target: SshTarget, script: string, { signal, timeoutMs, input }: RunOptions): Promise<CommandResult> => {
    const calledAt = performance.now();
    const framed = frameScript({
      script,
      ...(input === undefined ? {} : { input }),
      // A little later than here, so that it is this side that reports the time-out.
      limitSeconds: timeoutMs / SECOND + 2,
    });
    return pool.use(target, { signal, timeoutMs }, async (connection) => {
      const [stdout, stderr] = [createOutputTail(), createOutputTail()];
      const exitCode = await exec(connection, {
        target,
        ...framed,
        signal,
        timeoutMs: Math.max(1, timeoutMs - (performance.now() - calledAt)),
        timeoutFrom: 'start',
        onStdout: stdout.append,
        onStderr: stderr.append,
      });
      const result = { exitCode, stdout: stdout.text(), stderr: stderr.text() };
      if (exitCode === INCOMPLETE.exitCode && result.stderr.includes(INCOMPLETE.prefix)) {
        throw new SshInputIncompleteError(target, result.stderr);
      }
      return result;
    });
  };

  return {
    run: async (target, script, runOptions) => {
      runOptions.signal.throwIfAborted();
      return run(target, script, runOptions);
    },
    stream: async (target, script, { signal, onChunk }) => {
      signal.throwIfAborted();
      const { connectTimeoutMs, silenceMs } = limits;
      return pool.use(target, { signal, timeoutMs: connectTimeoutMs }, async (connection) => {
        const stderr = createOutputTail();
        const exitCode = await exec(connection, {
          target,
          ...frameScript({ script }),
          signal,
          timeoutMs: silenceMs,
          timeoutFrom: 'last-output',
          onStdout: onChunk,
          onStderr: stderr.append,
        });
        return { exitCode, stderr: stderr.text() };
      });
    },
    send: async (target, script, { signal, input }) => {
      signal.throwIfAborted();
      const { connectTimeoutMs, silenceMs } = limits;
      return pool.use(target, { signal, timeoutMs: connectTimeoutMs }, async (connection) => {
        const [stdout, stderr] = [createOutputTail(), createOutputTail()];
        const exitCode = await exec(connection, {
          target,
          // Without input of its own, the script reads whatever comes after it.
          ...frameScript({ script }),
          stdinRest: input,
          signal,
          timeoutMs: silenceMs,
          timeoutFrom: 'last-output',
          onStdout: stdout.append,
          onStderr: stderr.append,
        });
        return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
      });
    },
    runDurable: async (target, command, { signal, onOutput }) => {
      signal.throwIfAborted();
      const { connectTimeoutMs: timeoutMs, silenceMs } = limits;
      const { operationsDirectory } = options;
      return pool.use(target, { signal, timeoutMs }, (connection) =>
        runDurable(connection, {
          target,
          command,
          signal,
          onOutput,
          silenceMs,
          ...(operationsDirectory === undefined ? {} : { operationsDirectory }),
        }),
      );
    },
    writeFiles: async (target, files, runOptions) => {
      runOptions.signal.throwIfAborted();
      if (files.length === 0) {
        return;
      }
      const { script, input } = renderWriteFiles(files);
      checkFilesWritten(target, files, await run(target, script, { ...runOptions, input }));
    },
    forget: pool.forget,
    close: pool.close,
  };
}
