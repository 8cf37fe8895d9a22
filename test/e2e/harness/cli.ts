import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../cli/bin.mjs', import.meta.url));

export type CliResult = {
  readonly args: readonly string[];
  /** 128 + n where a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
};

export type RunningCli = {
  readonly pid: number;
  readonly ended: Promise<CliResult>;
  /** What it has written to standard error so far. */
  readonly story: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
};

export type CliOptions = {
  readonly stdin?: string;
  /** Beside the installation's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Another `slipway` than the checkout's. */
  readonly command?: string;
  readonly cwd?: string;
  /** SIGKILL after that long; the result then has code 137. */
  readonly timeoutMs?: number;
};

/** The product's own command line, as a process of its own, with nothing but `env` around it. */
export function startCli(env: NodeJS.ProcessEnv, args: readonly string[], options: CliOptions = {}): RunningCli {
  const { stdin, command = bin, cwd = process.cwd(), timeoutMs = 600_000 } = options;
  const child = spawn(process.execPath, [command, ...args], { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  // A command that ends before it has read everything is judged by its exit code.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin ?? '');
  const out = collect(child.stdout);
  const err = collect(child.stderr);
  return {
    pid: child.pid ?? 0,
    ended: untilEnded(child, timeoutMs).then((code) => ({ args, code, stdout: out(), stderr: err() })),
    story: err,
    kill: (signal) => void child.kill(signal),
  };
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

async function untilEnded(child: ChildProcess, timeoutMs: number): Promise<number> {
  const abort = new AbortController();
  void delay(timeoutMs, undefined, { signal: abort.signal }).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  );
  try {
    await once(child, 'close');
    return child.exitCode ?? 128 + (constants.signals[child.signalCode ?? 'SIGKILL'] ?? 0);
  } finally {
    abort.abort();
  }
}
