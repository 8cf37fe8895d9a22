import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandResult, CommandRunner } from '../../../activities/seams/command-runner.ts';
import { DurableCommandRefusedError, FencedAttemptError } from '../../../activities/ssh/command-errors.ts';
import { createSshCommandRunner } from '../../../activities/ssh/command-runner.ts';
import { SshConnectionLostError, SshTimeoutError } from '../../../activities/ssh/errors.ts';
import { startInProcessServer, type InProcessServer } from './in-process-server.ts';

/** Machines whose systemd, disk or shell misbehave. What a good one does is tested on a real one. */
let folder: string;
let server: InProcessServer;
let runner: CommandRunner;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-durable-'));
  await mkdir(join(folder, 'bin'));
  server = await startInProcessServer({ env: { PATH: `${folder}/bin:${process.env['PATH'] ?? ''}` } });
  runner = createSshCommandRunner({
    keys: { clientKey: async () => server.clientKey.privateKey, hostKey: async () => server.hostKey.publicKey },
    operationsDirectory: join(folder, 'operations'),
    limits: { silenceMs: 1500 },
  });
});
afterEach(async () => {
  await runner.close();
  await server.close();
  await rm(folder, { recursive: true });
});

async function fakeProgram(name: string, script: string): Promise<void> {
  const path = join(folder, 'bin', name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

const attempt = (generation: number): Promise<CommandResult> =>
  runner.runDurable(
    server.target,
    { operation: 'kubeadm-init', generation, script: 'true', cleanup: 'true', timeoutSeconds: 60 },
    { signal: new AbortController().signal, onOutput: () => undefined },
  );
const state = (path: string): string => join(folder, 'operations/kubeadm-init', path);

describe('a Machine that cannot do it', () => {
  it('says why systemd would not start the unit; the next attempt cleans up', async () => {
    await fakeProgram('systemctl', 'echo inactive');
    await fakeProgram('systemd-run', 'echo "Failed to connect to bus: no such file" >&2; exit 1');
    const first = attempt(1001);
    await expect(first).rejects.toThrow(DurableCommandRefusedError);
    await expect(first).rejects.toThrow('Failed to connect to bus');
    await expect(first).rejects.toMatchObject({ outcome: 'unknown', retryable: true });
    await expect(attempt(1002)).rejects.toThrow(DurableCommandRefusedError);
    expect(await readFile(state('1002/cleanup'), 'utf8')).toBe('true\n');
    await expect(attempt(1001)).rejects.toThrow(FencedAttemptError);
  });

  it('does not take a silent systemd for a unit that is gone', async () => {
    await fakeProgram('systemctl', 'echo "Connection timed out" >&2; exit 1');
    await fakeProgram('systemd-run', `echo started >>${folder}/starts`);
    const first = attempt(1001);
    // The fake start is believed; then nobody says how it goes.
    await expect(first).rejects.toThrow(SshTimeoutError);
    const second = attempt(1002);
    await expect(second).rejects.toThrow(DurableCommandRefusedError);
    await expect(second).rejects.toThrow('cannot ask systemd: Connection timed out');
    await expect(second).rejects.toMatchObject({ outcome: 'unchanged' });
    expect(await readFile(join(folder, 'starts'), 'utf8')).toBe('started\n');
  });

  it('does not take an unreadable record for none', async () => {
    await fakeProgram('systemctl', 'echo inactive');
    await fakeProgram('systemd-run', `echo started >>${folder}/starts`);
    await mkdir(state(''), { recursive: true });
    await writeFile(state('generation'), '');
    await expect(attempt(1001)).rejects.toThrow('cannot read');
    await writeFile(state('generation'), '1000');
    await writeFile(state('started'), 'nonsense');
    await expect(attempt(1001)).rejects.toThrow('cannot read');
    await writeFile(state('started'), '1000');
    await mkdir(state('1000'));
    await writeFile(state('1000/status'), '');
    await expect(attempt(1001)).rejects.toThrow('cannot read');
    await expect(readFile(join(folder, 'starts'))).rejects.toThrow('ENOENT');
  });

  it('says that its shell is no help', async () => {
    await fakeProgram('flock', 'kill -KILL $PPID');
    const failing = attempt(1001);
    await expect(failing).rejects.toThrow(SshConnectionLostError);
    await expect(failing).rejects.toThrow("the Machine's shell ended without a result");
    await expect(failing).rejects.toMatchObject({ outcome: 'unknown' });
  });
});
