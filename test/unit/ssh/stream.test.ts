import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CommandRunner } from '../../../activities/seams/command-runner.ts';
import { createSshCommandRunner } from '../../../activities/ssh/command-runner.ts';
import { startInProcessServer, type InProcessServer } from './in-process-server.ts';

let server: InProcessServer;
let runner: CommandRunner;

beforeEach(async () => {
  server = await startInProcessServer();
  runner = createSshCommandRunner({
    keys: { clientKey: async () => server.clientKey.privateKey, hostKey: async () => server.hostKey.publicKey },
    limits: { silenceMs: 1500 },
  });
});
afterEach(async () => {
  await runner.close();
  await server.close();
});

const signal = new AbortController().signal;
const quietly = async (): Promise<void> => undefined;

test('a reader that is slow, and slower than silence may be, gets every byte, one chunk at a time', async () => {
  const megabytes = 12;
  const hash = createHash('sha256');
  let [bytes, pending, most, chunks] = [0, 0, 0, 0];
  const result = await runner.stream(server.target, `echo begun >&2; head -c ${megabytes * 1024 * 1024} /dev/zero`, {
    signal,
    onChunk: async (chunk) => {
      pending += 1;
      most = Math.max(most, pending);
      hash.update(chunk);
      bytes += chunk.length;
      chunks += 1;
      await delay(chunks === 3 ? 2500 : 1);
      pending -= 1;
    },
  });
  expect(result).toEqual({ exitCode: 0, stderr: 'begun\n' });
  expect({ bytes, most }).toEqual({ bytes: megabytes * 1024 * 1024, most: 1 });
  expect(hash.digest('hex')).toBe(createHash('sha256').update(Buffer.alloc(megabytes * 1024 * 1024)).digest('hex'));
});

test('a command that fails says so; one that falls silent is given up', async () => {
  expect(await runner.stream(server.target, 'echo no >&2; exit 3', { signal, onChunk: quietly })).toEqual({ exitCode: 3, stderr: 'no\n' });
  await expect(runner.stream(server.target, 'echo a; sleep 30', { signal, onChunk: quietly })).rejects.toMatchObject({ name: 'SshTimeoutError' });
});

const full = async (): Promise<void> => {
  throw new Error('the disk is full');
};

test('a reader that fails ends it with its own error, and so does an abort', async () => {
  await expect(runner.stream(server.target, 'cat /dev/zero', { signal, onChunk: full })).rejects.toThrow('the disk is full');
  const aborted = AbortSignal.timeout(200);
  await expect(runner.stream(server.target, 'cat /dev/zero', { signal: aborted, onChunk: quietly })).rejects.toMatchObject({ name: 'TimeoutError' });
  await expect.poll(server.openSessions).toBe(0);
});
