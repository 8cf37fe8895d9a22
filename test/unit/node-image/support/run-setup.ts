import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const setup = fileURLToPath(new URL('../../../../node-image/setup.mjs', import.meta.url));
const noNetwork = fileURLToPath(new URL('no-network.mjs', import.meta.url));

export type Host = {
  readonly folder: string;
  readonly cache: string;
  /** Adds a program to PATH, written as a shell script. */
  readonly install: (name: string, script: string) => Promise<void>;
  readonly start: (args: readonly string[], env?: NodeJS.ProcessEnv) => ChildProcess;
  readonly run: (args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Outcome>;
};

export type Outcome = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** A host with nothing but Node.js and a shell's tools: its own PATH, home and cache, and no network. */
export async function makeHost(): Promise<Host> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-host-'));
  const bin = join(folder, 'bin');
  const cache = join(folder, 'cache');
  await mkdir(bin);
  await symlink(process.execPath, join(bin, 'node'));
  const environment = { PATH: bin, HOME: folder, SLIPWAY_CACHE: cache, NODE_OPTIONS: `--import=${noNetwork}` };
  const start: Host['start'] = (args, env = {}) =>
    spawn(process.execPath, [setup, ...args], { env: { ...environment, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  return {
    folder,
    cache,
    start,
    install: async (name, script) => {
      await writeFile(join(bin, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    },
    run: (args, env) => outcomeOf(start(args, env)),
  };
}

export async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}
