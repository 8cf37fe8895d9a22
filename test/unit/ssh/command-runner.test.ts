import { randomBytes } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import type { CommandRunner, RunOptions } from '../../../activities/seams/command-runner.ts';
import { createSshCommandRunner, type SshLimits } from '../../../activities/ssh/command-runner.ts';
import {
  HostKeyChangedError,
  SshAuthenticationError,
  SshConnectionLostError,
  SshSessionRefusedError,
  SshTimeoutError,
  SshUnreachableError,
} from '../../../activities/ssh/errors.ts';
import { createKeyPair, listen, startInProcessServer, type InProcessServer } from './in-process-server.ts';

let server: InProcessServer;
let runner: CommandRunner;
let folder: string;
const warn = vi.fn<(fields: object, message: string) => void>();

function makeRunner(overrides: { hostKey?: string; clientKey?: string; limits?: Partial<SshLimits> } = {}): CommandRunner {
  return createSshCommandRunner({
    keys: {
      clientKey: async () => overrides.clientKey ?? server.clientKey.privateKey,
      hostKey: async () => overrides.hostKey ?? server.hostKey.publicKey,
    },
    log: { warn },
    limits: { connectTimeoutMs: 2000, ...overrides.limits },
  });
}

const options = (more: Partial<RunOptions> = {}): RunOptions => ({
  signal: new AbortController().signal,
  timeoutMs: 10_000,
  ...more,
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-ssh-'));
  server = await startInProcessServer();
  runner = makeRunner();
  warn.mockClear();
});

afterEach(async () => {
  await runner.close();
  await server.close();
  await rm(folder, { recursive: true });
});

describe('run', () => {
  test.each([
    ['an exit code', 'echo out; echo err >&2; exit 7', { exitCode: 7, stdout: 'out\n', stderr: 'err\n' }],
    ['a signal', 'kill -KILL $$', { exitCode: 137 }],
    ['a script that does not parse', 'if', { exitCode: 2 }],
    ['no input at all', 'wc -c', { exitCode: 0, stdout: '0\n' }],
    ['quotes and blanks', `printf '%s|' "a b" 'c"d' $(echo e f)`, { stdout: 'a b|c"d|e|f|' }],
    ['no arguments of its own', 'echo "$#"', { stdout: '0\n' }],
  ])('gives back %s', async (_, script, expected) => {
    await expect(runner.run(server.target, script, options())).resolves.toMatchObject(expected);
  });

  it('takes a script that is longer than an argument may be', async () => {
    const script = `: ${'x'.repeat(300_000)}\necho done`;
    await expect(runner.run(server.target, script, options())).resolves.toMatchObject({ stdout: 'done\n' });
  });

  it('shows neither script nor input in the process list', async () => {
    const script = 'canary_script=1; read -r line; tr "\\0" " " </proc/$$/cmdline; tr "\\0" " " </proc/$PPID/cmdline';
    const { stdout } = await runner.run(server.target, script, options({ input: 'canary-input\n' }));
    expect(stdout).toContain('eval "$script"');
    expect(stdout).not.toContain('canary');
  });

  it('hands every byte of its input through', async () => {
    const input = Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), randomBytes(3_000_000)]);
    const path = join(folder, 'copy');
    const { exitCode } = await runner.run(server.target, `cat >${path}`, options({ input }));
    expect(exitCode).toBe(0);
    expect(input.equals(await readFile(path))).toBe(true);
  });

  it('keeps the last 64 KiB of each output', async () => {
    const script = 'head -c 5000000 /dev/zero | tr "\\0" a; echo end; head -c 100000 /dev/zero | tr "\\0" b >&2';
    const { stdout, stderr } = await runner.run(server.target, script, options());
    expect(stdout).toHaveLength(65_536);
    expect(stdout).toBe(`${'a'.repeat(65_532)}end\n`);
    expect(stderr).toBe('b'.repeat(65_536));
  });

  it('uses one connection for many commands at a time', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, (_, n) => runner.run(server.target, `echo ${n}`, options())));
    expect(results.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 20 }, (_, n) => n));
    expect(server.accepted()).toBe(1);
  });

  it('leaves no listener and no session behind', async () => {
    const { signal } = new AbortController();
    await runner.run(server.target, 'true', options({ signal }));
    for (let n = 0; n < 15; n += 1) {
      await runner.run(server.target, 'exit 3', options({ signal }));
    }
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await vi.waitFor(() => expect(server.openSessions()).toBe(0));
  });

  it('rejects with the signal\'s own reason at once, and closes the session', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled by a person');
    const running = runner.run(server.target, 'echo started; sleep 30', options({ signal: controller.signal }));
    await vi.waitFor(() => expect(server.openSessions()).toBe(1));
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await vi.waitFor(() => expect(server.openSessions()).toBe(0));
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    await expect(runner.run(server.target, 'true', options({ signal: controller.signal }))).rejects.toBe(reason);
  });

  it('times out, and ends the command on the Machine as well', async () => {
    const path = join(folder, 'pid');
    const running = runner.run(server.target, `echo $$ >${path}; sleep 60`, options({ timeoutMs: 300 }));
    await expect(running).rejects.toThrow(SshTimeoutError);
    await expect(running).rejects.toMatchObject({ outcome: 'unknown', retryable: true });
    const pid = Number(await readFile(path, 'utf8'));
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 8000 });
  });

  it('refuses a script with a NUL character', async () => {
    await expect(runner.run(server.target, 'echo \0', options())).rejects.toThrow(RangeError);
  });
});

describe('the connection', () => {
  it('refuses a changed host key, and reports it', async () => {
    const other = createKeyPair();
    runner = makeRunner({ hostKey: other.publicKey });
    const failure = await runner.run(server.target, 'true', options()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(HostKeyChangedError);
    expect(failure).toMatchObject({ name: 'HostKeyChangedError', retryable: false, outcome: 'unchanged', machine: 'demo-cp-x2f9' });
    expect(String(failure)).toMatch(/expected SHA256:\S{43}, got SHA256:\S{43}/);
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]?.[0]).toMatchObject({ event: 'host-key-changed', machine: 'demo-cp-x2f9' });
  });

  it('refuses a host key of another type', async () => {
    await server.close();
    server = await startInProcessServer({ hostKey: createKeyPair('ecdsa') });
    runner = makeRunner({ hostKey: createKeyPair().publicKey });
    await expect(runner.run(server.target, 'true', options())).rejects.toThrow(HostKeyChangedError);
  });

  it('says that its own key was refused', async () => {
    const { privateKey } = createKeyPair();
    runner = makeRunner({ clientKey: privateKey });
    const failure = await runner.run(server.target, 'true', options()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SshAuthenticationError);
    expect(String(failure)).not.toContain(privateKey.slice(50, 80));
  });

  it('says that its own key is unusable without quoting it', async () => {
    runner = makeRunner({ clientKey: 'canary-key' });
    const failure = await runner.run(server.target, 'true', options()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SshAuthenticationError);
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('canary-key');
  });

  it('is refused by a port where nothing listens', async () => {
    await server.close();
    const running = runner.run(server.target, 'true', options());
    await expect(running).rejects.toThrow(SshUnreachableError);
    await expect(running).rejects.toThrow(`127.0.0.1:${server.target.port}`);
    server = await startInProcessServer();
  });

  it('is refused by a peer that closes at once, as a proxy without its machine does', async () => {
    await using peer = await startTcpServer((socket) => socket.destroy());
    const running = runner.run({ ...server.target, port: peer.port }, 'true', options());
    await expect(running).rejects.toThrow(SshUnreachableError);
  });

  it('times out on a peer that accepts and says nothing', async () => {
    await using peer = await startTcpServer(() => undefined);
    runner = makeRunner({ limits: { connectTimeoutMs: 200 } });
    const running = runner.run({ ...server.target, port: peer.port }, 'true', options());
    await expect(running).rejects.toThrow(SshTimeoutError);
    await expect(running).rejects.toMatchObject({ outcome: 'unchanged' });
  });

  it('keeps to the caller\'s time, and to its signal, while it connects', async () => {
    await using peer = await startTcpServer(() => undefined);
    const target = { ...server.target, port: peer.port };
    await expect(runner.run(target, 'true', options({ timeoutMs: 100 }))).rejects.toThrow(SshTimeoutError);
    const controller = new AbortController();
    const running = runner.run(target, 'true', options({ signal: controller.signal }));
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });

  it('notices a peer that falls silent in the middle', async () => {
    await using proxy = await startProxy(server.target.port);
    runner = makeRunner({ limits: { keepaliveIntervalMs: 100, keepaliveCountMax: 2 } });
    const target = { ...server.target, port: proxy.port };
    const running = runner.run(target, `touch ${folder}/started; sleep 30`, options());
    await vi.waitFor(() => access(`${folder}/started`));
    proxy.freeze();
    await expect(running).rejects.toThrow(SshTimeoutError);
    await expect(running).rejects.toMatchObject({ outcome: 'unknown' });
  });

  it('is found lost when it drops, and made again for the next command', async () => {
    const running = runner.run(server.target, `touch ${folder}/started; sleep 30`, options());
    await vi.waitFor(() => access(`${folder}/started`));
    server.dropConnections();
    await expect(running).rejects.toThrow(SshConnectionLostError);
    await expect(running).rejects.toMatchObject({ outcome: 'unknown', retryable: true });
    await expect(runner.run(server.target, 'echo again', options())).resolves.toMatchObject({ stdout: 'again\n' });
    expect(server.accepted()).toBe(2);
  });

  it('says when the Machine takes no more sessions', async () => {
    await runner.run(server.target, 'true', options());
    server.refuseSessions();
    const running = runner.run(server.target, 'true', options());
    await expect(running).rejects.toThrow(SshSessionRefusedError);
    await expect(running).rejects.toMatchObject({ outcome: 'unchanged' });
  });

  it('is closed when idle, and not while it is used', async () => {
    runner = makeRunner({ limits: { idleMs: 100 } });
    await runner.run(server.target, 'sleep 0.4', options());
    await runner.run(server.target, 'true', options());
    expect(server.accepted()).toBe(1);
    await vi.waitFor(async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      await runner.run(server.target, 'true', options());
      expect(server.accepted()).toBeGreaterThan(1);
    });
  });

  it('is dropped with its cluster, and only then', async () => {
    await runner.run(server.target, 'true', options());
    runner.forget('cluster-2');
    await runner.run(server.target, 'true', options());
    expect(server.accepted()).toBe(1);
    runner.forget('cluster-1');
    await runner.run(server.target, 'true', options());
    expect(server.accepted()).toBe(2);
  });
});

async function startTcpServer(onConnection: (socket: Socket) => void): Promise<{ port: number } & AsyncDisposable> {
  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  return {
    port: await listen(tcp),
    [Symbol.asyncDispose]: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => tcp.close(resolve));
    },
  };
}

/** Passes bytes on until it is frozen: then the connection stays open and nothing comes through. */
async function startProxy(port: number): Promise<{ port: number; freeze: () => void } & AsyncDisposable> {
  const upstreams: Socket[] = [];
  const tcp = await startTcpServer((socket) => {
    const upstream = connect(port, '127.0.0.1');
    upstreams.push(upstream);
    socket.pipe(upstream).pipe(socket);
  });
  return {
    ...tcp,
    freeze: () => {
      for (const upstream of upstreams) {
        upstream.unpipe();
        upstream.pause();
      }
    },
    [Symbol.asyncDispose]: async () => {
      upstreams.forEach((socket) => socket.destroy());
      await tcp[Symbol.asyncDispose]();
    },
  };
}
