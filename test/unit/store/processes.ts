import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const SCRIPT = fileURLToPath(new URL('./store-process.ts', import.meta.url));

export type StoreJob =
  | { readonly kind: 'open'; readonly directory: string }
  | { readonly kind: 'loadKey'; readonly path: string }
  | {
      readonly kind: 'createIfAbsent';
      readonly directory: string;
      readonly keys: readonly string[];
      readonly value: string;
    }
  | {
      readonly kind: 'appendLines';
      readonly directory: string;
      readonly key: string;
      readonly lines: readonly string[];
    }
  | { readonly kind: 'ensureSecrets'; readonly directory: string; readonly keyFile: string; readonly uid: string }
  | { readonly kind: 'putForever'; readonly directory: string; readonly key: string; readonly size: number };

/** Real processes that wait for one another, then do their jobs at the same moment. */
export async function runTogether(jobs: readonly StoreJob[]): Promise<unknown[]> {
  const children = jobs.map(() => startProcess());
  await Promise.all(children.map((child) => nextMessage(child)));
  const answers = children.map((child) => nextMessage(child));
  for (const [index, job] of jobs.entries()) children[index]?.send(job);
  return Promise.all(answers);
}

/** A process that says it is ready and then waits for its job; killed with its test. */
export function startProcess(): ChildProcess {
  const child = fork(SCRIPT, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const timeout = AbortSignal.timeout(15_000);
  const died = once(child, 'exit', { signal: timeout }).then(([code]) => {
    throw new Error(`the store process ended with ${code}`);
  });
  const message = once(child, 'message', { signal: timeout }).then(([value]: unknown[]) => value);
  return Promise.race([message, died]);
}
