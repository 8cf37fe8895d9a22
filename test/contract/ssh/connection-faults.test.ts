import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommandResult, CommandRunner } from '../../../activities/seams/command-runner.ts';
import { SshConnectionLostError, SshError, SshTimeoutError } from '../../../activities/ssh/errors.ts';
import { startMachine, type TestMachine } from './machine.ts';

let machine: TestMachine;
let runner: CommandRunner;

beforeAll(async () => {
  machine = await startMachine();
});
afterAll(() => machine[Symbol.asyncDispose]());

beforeEach(() => {
  runner = machine.makeRunner({ connectTimeoutMs: 3000, keepaliveIntervalMs: 500, keepaliveCountMax: 2 });
});
afterEach(() => runner.close());

const run = (script: string, timeoutMs = 20_000): Promise<CommandResult> =>
  runner.run(machine.target, script, { signal: new AbortController().signal, timeoutMs });

describe('a machine that starts', () => {
  it('is waited for until systemd and containerd are there', async () => {
    const waitedFor: string[] = [];
    await machine.waitUntilUp((what) => waitedFor.push(what));
    expect(waitedFor[0]).toBe(`sshd at 127.0.0.1:${machine.target.port}`);
    expect(new Set(waitedFor).size).toBe(waitedFor.length);
    expect((await run('systemctl is-active containerd')).stdout).toBe('active\n');
  });

  it('says what is missing when time is up', async () => {
    await machine.look('systemctl stop containerd');
    const { waitForSsh } = await import('../../../activities/ssh/wait-for-ssh.ts');
    const { signal } = new AbortController();
    const waiting = waitForSsh({ runner, target: machine.target, signal, timeoutMs: 2000, onProgress: () => undefined });
    await expect(waiting).rejects.toThrow('while waiting for containerd to be active (now inactive)');
    await machine.look('systemctl start containerd');
  });
});

describe('a machine that freezes', () => {
  it('is noticed in the middle of a command', async () => {
    await run('true');
    const running = run('touch /run/started; sleep 60', 60_000);
    running.catch(() => undefined);
    await vi.waitFor(() => machine.look('cat /run/started'));
    await machine.container.pause();
    try {
      await expect(running).rejects.toThrow(SshTimeoutError);
      await expect(running).rejects.toMatchObject({ outcome: 'unknown', retryable: true });
      await expect(run('true')).rejects.toThrow(SshTimeoutError);
    } finally {
      await machine.container.unpause();
    }
    expect((await run('echo back')).stdout).toBe('back\n');
  });

  it('is noticed when only its sshd is stopped', async () => {
    await run('true');
    await machine.look('pkill -STOP -x sshd');
    try {
      await expect(run('true')).rejects.toThrow(SshTimeoutError);
      const handshake = run('true');
      await expect(handshake).rejects.toThrow('while waiting for the SSH handshake');
      await expect(handshake).rejects.toMatchObject({ outcome: 'unchanged' });
    } finally {
      await machine.look('pkill -CONT -x sshd');
    }
    await vi.waitFor(async () => expect((await run('echo back')).stdout).toBe('back\n'), { timeout: 10_000 });
  });
});

describe('a connection that drops at any moment', () => {
  it('leaves exactly one execution of a durable command', async () => {
    const trials = 12;
    let cuts = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const operation = `drop-${trial}`;
      let result: CommandResult | undefined;
      for (let generation = 1; result === undefined; generation += 1) {
        const running = runner.runDurable(
          machine.target,
          { operation, generation, script: `echo run >>/root/${operation}; sleep 0.3; echo done`, timeoutSeconds: 30 },
          { signal: new AbortController().signal, onOutput: () => undefined },
        );
        // From before the handshake to after the end, more at the beginning.
        const delayMs = (trial / trials) ** 2 * 1200;
        const cut = new Promise((resolve) => setTimeout(resolve, delayMs)).then(() =>
          generation === 1 ? machine.look('pkill -KILL -f "sshd: [r]oot"; true') : undefined,
        );
        result = await running.catch((error: unknown) => {
          if (!(error instanceof SshError)) {
            throw error;
          }
          cuts += 1;
          return undefined;
        });
        await cut;
      }
      expect(result).toEqual({ exitCode: 0, stdout: 'done\n', stderr: '' });
      expect(await machine.look(`cat /root/${operation}`), `cut in trial ${trial}`).toBe('run\n');
    }
    expect(cuts).toBeGreaterThan(trials / 4);
  });

  it('is said to be lost where the answer was on its way', async () => {
    const lost = run('touch /run/on-its-way; sleep 30', 60_000);
    lost.catch(() => undefined);
    await vi.waitFor(() => machine.look('cat /run/on-its-way'));
    await machine.look('pkill -KILL -f "sshd: [r]oot@notty"');
    await expect(lost).rejects.toThrow(SshConnectionLostError);
  });
});

describe('files on a machine', () => {
  it('belong to root unless said otherwise, and a full disk changes nothing', async () => {
    const { signal } = new AbortController();
    const options = { signal, timeoutMs: 20_000 };
    await runner.writeFiles(machine.target, [
      { path: '/root/a', content: 'a', mode: '0600' },
      { path: '/root/b', content: 'b', mode: '0644', owner: 'nobody:nogroup' },
    ], options);
    expect((await run('stat -c "%U:%G %a" /root/a /root/b')).stdout).toBe('root:root 600\nnobody:nogroup 644\n');
    await run('mkdir -p /run/small && mount -t tmpfs -o size=64k tmpfs /run/small && echo old >/run/small/a');
    const tooLarge = runner.writeFiles(machine.target, [{ path: '/run/small/a', content: 'x'.repeat(100_000), mode: '0600' }], options);
    await expect(tooLarge).rejects.toThrow('No space left on device');
    expect((await run('ls -A /run/small; cat /run/small/a')).stdout).toBe('a\nold\n');
  });
});
