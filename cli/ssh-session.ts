import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MachineAccess } from '../workflows/contracts.ts';
import { GeneralError, SetupError } from './errors.ts';

/** @throws GeneralError where a worker of another version answered something else. Never shows the text: it holds a key. */
export function parseMachineAccess(text: string): MachineAccess {
  const value: unknown = JSON.parse(text);
  if (isMachineAccess(value)) return value;
  throw new GeneralError({ what: "the worker's answer is none that this version understands", next: ['slipway down', 'slipway up'] });
}

function isMachineAccess(value: unknown): value is MachineAccess {
  if (typeof value !== 'object' || value === null) return false;
  const { host, port, user, privateKey, hostKey }: Partial<Record<keyof MachineAccess, unknown>> = value;
  return [host, user, privateKey, hostKey].every((part) => typeof part === 'string') && Number.isInteger(port);
}

/**
 * The system's ssh with the cluster's key and the machine's pinned host key, both in a directory that
 * only the user can read and that is gone afterwards. Nothing of the user's own configuration is used.
 * Returns ssh's exit code.
 */
export async function runSsh(access: MachineAccess, remote: readonly string[]): Promise<number> {
  const { host, port, user, privateKey, hostKey } = access;
  const directory = await mkdtemp(join(tmpdir(), 'slipway-ssh-'));
  try {
    const key = join(directory, 'key');
    const knownHosts = join(directory, 'known_hosts');
    await writeFile(key, privateKey.endsWith('\n') ? privateKey : `${privateKey}\n`, { mode: 0o600 });
    await writeFile(knownHosts, `[${host}]:${port} ${hostKey}\n`, { mode: 0o600 });
    const options = {
      IdentityFile: key,
      IdentitiesOnly: 'yes',
      IdentityAgent: 'none',
      UserKnownHostsFile: knownHosts,
      GlobalKnownHostsFile: '/dev/null',
      StrictHostKeyChecking: 'yes',
      PasswordAuthentication: 'no',
      LogLevel: 'ERROR',
    };
    const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    return await spawnSsh(['-F', '/dev/null', ...flags, '-p', String(port), '-l', user, '--', host, ...remote.map(quoteForShell)]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function spawnSsh(args: readonly string[]): Promise<number> {
  // Ctrl-C belongs to the remote side; the key must be removed whatever happens.
  process.on('SIGINT', ignoreSignal);
  process.on('SIGTERM', ignoreSignal);
  try {
    return await new Promise<number>((resolve, reject) => {
      const child = spawn('ssh', args, { stdio: 'inherit' });
      child.once('error', (cause) =>
        reject(new SetupError({ what: `ssh cannot be started: ${cause.message}`, unchanged: 'nothing was run', next: ['install OpenSSH\'s client (package openssh-client)'], cause })),
      );
      child.once('exit', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  } finally {
    process.off('SIGINT', ignoreSignal);
    process.off('SIGTERM', ignoreSignal);
  }
}

function ignoreSignal(): void {
  // ssh has had it too.
}

/** ssh joins its words with spaces and hands them to a shell: each one is kept as it was typed here. */
function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
