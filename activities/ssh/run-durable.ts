import { createLineScrubber } from '../../domain/scrub.ts';
import type { CommandResult, DurableCommand, SshTarget } from '../seams/command-runner.ts';
import { DurableCommandRefusedError, DurableCommandVanishedError, FencedAttemptError } from './command-errors.ts';
import type { SshConnection } from './connection.ts';
import { FrameError, createFrameReader } from './durable-frames.ts';
import { renderDurableScript } from './durable-script.ts';
import { parseDurableStatus, toCommandResult, type DurableStatus } from './durable-status.ts';
import { SshConnectionLostError } from './errors.ts';
import { exec } from './exec.ts';
import { frameScript } from './framed-script.ts';
import { createLineSplitter } from './line-splitter.ts';
import { createOutputTail } from './output-tail.ts';

type RunDurableRequest = {
  readonly target: SshTarget;
  readonly command: DurableCommand;
  readonly signal: AbortSignal;
  readonly onOutput: (line: string) => void;
  /** The Machine says every few seconds that it is still there; after so long a silence it is not. */
  readonly silenceMs: number;
  readonly operationsDirectory?: string;
};

/**
 * One attempt at a durable command over one connection. An aborted signal, a lost connection and a
 * worker's death all leave the Machine's unit running: a later attempt attaches to it. Lines given to
 * `onOutput` are scrubbed; the result's stdout and stderr are not.
 */
export async function runDurable(connection: SshConnection, request: RunDurableRequest): Promise<CommandResult> {
  const { target, command, signal, silenceMs } = request;
  const { operation } = command;
  const streams = { o: createStream(request.onOutput), e: createStream(request.onOutput) };
  const readFrames = createFrameReader();
  let status: DurableStatus | undefined;
  let refusal: string | undefined;

  const framed = frameScript({ script: renderDurableScript(command, request.operationsDirectory) });
  // What a Machine's shell complains about itself: the command's own standard error comes in frames.
  const complaints = createOutputTail();
  await exec(connection, {
    target,
    ...framed,
    signal,
    timeoutMs: silenceMs,
    timeoutFrom: 'last-output',
    onStderr: complaints.append,
    onStdout: (chunk) => {
      for (const { type, body } of readFrames(chunk)) {
        if (type === 'o' || type === 'e') {
          streams[type].push(body);
        } else if (type === 'r') {
          status = parseDurableStatus(body.toString());
        } else if (type === 'x') {
          refusal = body.toString();
        }
      }
    },
  }).catch((error: unknown) => {
    if (error instanceof FrameError) {
      throw new DurableCommandRefusedError({ target, operation, reason: error.message, outcome: 'unknown' });
    }
    throw error;
  });

  if (refusal !== undefined) {
    throw explainRefusal(target, command, refusal);
  }
  if (status === undefined) {
    const reason = `the Machine's shell ended without a result: ${complaints.text().trim() || 'it said nothing'}`;
    throw new SshConnectionLostError({ target, reason, outcome: 'unknown' });
  }
  const [stdout, stderr] = [streams.o.end(), streams.e.end()];
  if (status.verdict === 'vanished') {
    throw new DurableCommandVanishedError(target, operation);
  }
  return toCommandResult({ status, stdout, stderr, timeoutSeconds: command.timeoutSeconds });
}

/** One of the command's two outputs: its end is kept, its lines are shown. */
function createStream(onOutput: (line: string) => void): { push: (bytes: Buffer) => void; end: () => string } {
  const tail = createOutputTail();
  const scrubLine = createLineScrubber();
  const lines = createLineSplitter((line) => {
    const shown = scrubLine(line);
    if (shown !== undefined) {
      onOutput(shown);
    }
  });
  return {
    push: (bytes) => {
      tail.append(bytes);
      lines.push(bytes);
    },
    end: () => {
      lines.end();
      return tail.text();
    },
  };
}

function explainRefusal(target: SshTarget, { operation, generation }: DurableCommand, refusal: string): Error {
  const fenced = /^fenced ([0-9]+)$/.exec(refusal);
  if (fenced !== null) {
    return new FencedAttemptError({ target, operation, generation, recorded: Number(fenced[1]) });
  }
  // A start that systemd did not confirm in time may still come about.
  const outcome = refusal.startsWith('start-failed') ? 'unknown' : 'unchanged';
  return new DurableCommandRefusedError({ target, operation, reason: refusal.trim(), outcome });
}
