import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Installation } from './installation.ts';
import { until } from './until.ts';

const sampler = fileURLToPath(new URL('process-sampler.ts', import.meta.url));

/** Watches the process list until `stop`, which gives all that was seen. Needs Linux's /proc. */
export async function sampleProcesses({ home }: Installation): Promise<{ readonly stop: () => Promise<string> }> {
  if (!existsSync('/proc/self/cmdline')) throw new Error('this test reads the process list from /proc, which this host does not have');
  const file = join(home.root, 'process-list.txt');
  const child = spawn(process.execPath, [sampler, file], { stdio: ['ignore', 'ignore', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await until('the process list to be read', () => existsSync(file) || undefined);
  return {
    async stop() {
      if (child.exitCode !== null) throw new Error(`the process list was not watched to the end: exit code ${child.exitCode}`);
      child.kill('SIGTERM');
      await once(child, 'exit');
      return readFile(file, 'utf8');
    },
  };
}
