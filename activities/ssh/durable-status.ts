import type { CommandResult } from '../seams/command-runner.ts';
import { exitCodeOfSignal } from './exit-code.ts';

/** How a durable command's unit ended, in systemd's words (systemd.exec(5), SERVICE_RESULT and EXIT_CODE). */
export type DurableStatus = {
  readonly verdict: 'succeeded' | 'failed' | 'vanished';
  /** "success", "exit-code", "signal", "timeout", "oom-kill" … */
  readonly result: string;
  /** "exited", "killed" or "dumped"; empty where no process came to be. */
  readonly code: string;
  /** An exit code, or a signal's name. */
  readonly status: string;
};

/** As timeout(1) reports it. */
const EXIT_TIMED_OUT = 124;

/** Reads a status file. Undefined where it is none. */
export function parseDurableStatus(text: string): DurableStatus | undefined {
  const [verdict, ...rest] = text.trim().split('\n');
  if (verdict !== 'succeeded' && verdict !== 'failed' && verdict !== 'vanished') {
    return undefined;
  }
  const fields = new Map(rest.map((line): [string, string] => {
    const equals = line.indexOf('=');
    return [line.slice(0, equals), line.slice(equals + 1)];
  }));
  const field = (name: string): string => fields.get(name) ?? '';
  return { verdict, result: field('result'), code: field('code'), status: field('status') };
}

type EndedCommand = {
  readonly status: DurableStatus;
  readonly stdout: string;
  readonly stderr: string;
  readonly timeoutSeconds: number;
};

/**
 * The command's result. A time-out is exit code 124, death by a signal 128 + n; what the exit code
 * cannot say stands as a last line in stderr.
 */
export function toCommandResult({ status, stdout, stderr, timeoutSeconds }: EndedCommand): CommandResult {
  const note = (text: string): string => `${stderr}${stderr === '' || stderr.endsWith('\n') ? '' : '\n'}slipway: ${text}\n`;
  if (status.verdict === 'succeeded') {
    return { exitCode: 0, stdout, stderr };
  }
  if (status.result === 'timeout') {
    const text = `timed out: stopped with all its processes after ${Math.ceil(timeoutSeconds)} s`;
    return { exitCode: EXIT_TIMED_OUT, stdout, stderr: note(text) };
  }
  if (status.code === 'exited' && /^[0-9]+$/.test(status.status)) {
    // An exit code of 0 in a unit that failed all the same must not look like a success.
    const exitCode = Number(status.status) || 1;
    return { exitCode, stdout, stderr: status.result === 'exit-code' ? stderr : note(`ended by systemd: ${status.result}`) };
  }
  if (status.code === 'killed' || status.code === 'dumped') {
    const why = status.result === 'oom-kill' ? 'killed for lack of memory' : `killed by SIG${status.status}`;
    return { exitCode: exitCodeOfSignal(status.status), stdout, stderr: note(why) };
  }
  return { exitCode: 255, stdout, stderr: note(`could not be run: ${status.result || 'no reason given'}`) };
}
