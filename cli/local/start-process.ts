import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { SetupError } from '../errors.ts';
import { processIdentity } from './process-identity.ts';

const LOG_KEPT_BYTES = 20 * 1024 * 1024;

export type StartedProcess = {
  readonly pid: number;
  readonly identity: string;
  /** Settles when the process ends while this CLI is still there to see it. */
  readonly exited: Promise<string>;
  /** Lets the CLI end while the process goes on. */
  release(): void;
};

/**
 * Starts a program in a session of its own, so that neither Ctrl-C nor a closed terminal reaches
 * it; output is appended to `log` (0600; a large one is set aside as `<log>.1`).
 * @throws SetupError where the program cannot be executed.
 */
export async function startProcess(request: {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly log: string;
}): Promise<StartedProcess> {
  const { command, args, env, cwd, log } = request;
  rotate(log);
  const output = openSync(log, 'a', 0o600);
  let child: ChildProcess;
  try {
    child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', output, output] });
    await spawned(child);
  } catch (cause) {
    throw new SetupError({
      what: `${command} cannot be started: ${cause instanceof Error ? cause.message : String(cause)}`,
      unchanged: 'nothing was started',
      next: ['slipway setup'],
      cause,
    });
  } finally {
    closeSync(output);
  }
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `exit status ${code}` : `signal ${signal}`));
  });
  const pid = child.pid ?? 0;
  return { pid, identity: processIdentity(pid) ?? '', exited, release: () => child.unref() };
}

async function spawned(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
}

function rotate(log: string): void {
  try {
    if (statSync(log).size > LOG_KEPT_BYTES) renameSync(log, `${log}.1`);
  } catch {
    // No log yet.
  }
}

/** The end of a log, for an error message. */
export function lastLogLines(log: string, count: number): string {
  try {
    return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}
