import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type Timed = { readonly seconds: number; readonly output: string };

/** Runs a command to its end, with its two outputs in one. @throws Error with its last lines unless it succeeds */
export async function runCommand(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Timed> {
  const startedAt = performance.now();
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  const seconds = (performance.now() - startedAt) / 1000;
  const output = Buffer.concat(chunks).toString('utf8');
  if (child.exitCode !== 0) {
    const ended = child.exitCode === null ? `was ended by ${child.signalCode}` : `exited with ${child.exitCode}`;
    throw new Error(`${command} ${args.join(' ')} ${ended}:\n${output.split('\n').slice(-30).join('\n')}`);
  }
  return { seconds, output };
}
