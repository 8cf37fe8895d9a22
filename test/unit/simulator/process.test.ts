import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { createSimulatorClient, type SimulatorClient } from '../../../activities/simulator/client.ts';

const main = fileURLToPath(new URL('../../../simulator/main.ts', import.meta.url));
const access = z.object({ address: z.string(), token: z.string(), pid: z.number() });
const uid = 'uid-1';

type Home = { readonly folder: string; readonly accessFile: string; readonly stateFile: string; readonly client: SimulatorClient };

async function createHome(): Promise<Home> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-simulator-'));
  const accessFile = join(folder, 'access.json');
  const client = createSimulatorClient({ accessFile });
  onTestFinished(async () => {
    client.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { folder, accessFile, stateFile: join(folder, 'state.json'), client };
}

async function start({ accessFile, stateFile }: Home): Promise<ChildProcess> {
  const child = spawn(process.execPath, [main, '--access-file', accessFile, '--state-file', stateFile, '--speed', '100'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await expect.poll(() => existsSync(accessFile), { timeout: 15_000 }).toBe(true);
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

const quick = { signal: AbortSignal.timeout(60_000), answer: z.unknown() };

async function allocate({ client }: Home): Promise<unknown> {
  return client.call('allocate', { cluster: uid, name: 'demo', installation: 'i', avoid: [] }, quick);
}

test('only its user can read where it listens and its token, and it takes no other', async () => {
  const home = await createHome();
  await start(home);
  expect((await stat(home.accessFile)).mode & 0o777).toBe(0o600);
  const { address, token } = access.parse(JSON.parse(await readFile(home.accessFile, 'utf8')));
  expect(new URL(address).hostname).toBe('127.0.0.1');
  const post = async (path: string, authorization: string, body: string) => {
    const { status } = await fetch(`${address}${path}`, { method: 'POST', headers: { authorization }, body });
    return status;
  };
  expect(await post('/v1/ping', `Bearer ${token}`, '{}')).toBe(200);
  expect(await post('/v1/ping', `Bearer ${token}x`, '{}')).toBe(401);
  expect(await post('/v1/ping', '', '{}')).toBe(401);
  expect(await post('/v1/shutDown', `Bearer ${token}`, '{}')).toBe(404);
  expect(await post('/v1/allocate', `Bearer ${token}`, '{"cluster": 1}')).toBe(400);
  expect(await post('/v1/allocate', `Bearer ${token}`, 'no JSON')).toBe(400);
});

test('ended in an orderly way it keeps its clusters, and a client finds the next process by itself', async () => {
  const home = await createHome();
  const first = await start(home);
  const allocated = await allocate(home);
  await home.client.call('claimPorts', { cluster: uid, names: ['a'] }, quick);
  await home.client.call('deleteCluster', { cluster: 'gone' }, quick);
  await stop(first);
  expect(existsSync(home.accessFile)).toBe(false);
  expect((await stat(home.stateFile)).mode & 0o777).toBe(0o600);

  await start(home);
  expect(await allocate(home)).toEqual(allocated);
  await expect(home.client.call('apiReady', { cluster: 'gone' }, quick)).rejects.toMatchObject({ name: 'ClusterDeletedError' });
  await expect(home.client.call('apiReady', { cluster: 'never' }, quick)).rejects.toMatchObject({ name: 'UnknownClusterError' });
});

test('without a process the client says how to start one', async () => {
  const home = await createHome();
  await expect(allocate(home)).rejects.toMatchObject({ name: 'SimulatorUnreachableError', message: expect.stringContaining('slipway up --simulator') });
  const child = await start(home);
  await allocate(home);
  child.kill('SIGKILL');
  await once(child, 'exit');
  await expect(allocate(home)).rejects.toMatchObject({ name: 'SimulatorUnreachableError' });
});

test('it ends by itself when its home is gone, and writes nothing there', async () => {
  const home = await createHome();
  const child = await start(home);
  await rm(home.folder, { recursive: true });
  await once(child, 'exit', { signal: AbortSignal.timeout(10_000) });
  expect(existsSync(home.folder)).toBe(false);
});

test('a call that hangs ends with its caller, a late one comes late, what is waited for comes true', async () => {
  const home = await createHome();
  await start(home);
  await allocate(home);
  const fault = { cluster: uid, operation: 'ensureNetwork', times: 1 };
  await home.client.call('control/addFault', { ...fault, id: 'a', effect: { kind: 'hang' } }, quick);
  await expect(home.client.call('ensureNetwork', { cluster: uid }, { ...quick, signal: AbortSignal.timeout(200) })).rejects.toThrow(/timeout|aborted/i);
  // A hundred times as fast: 30 s are 300 ms.
  await home.client.call('control/addFault', { ...fault, id: 'b', effect: { kind: 'late', milliseconds: 30_000 } }, quick);
  const startedAt = performance.now();
  await home.client.call('ensureNetwork', { cluster: uid }, quick);
  expect(performance.now() - startedAt).toBeGreaterThan(250);

  const times = { vm: { startupMilliseconds: 60_000, startupJitter: 0 } };
  const facts = { role: 'worker', owner: 'o', version: 'v1.34.4', address: '10.0.0.10', sshPort: 1, times } as const;
  await home.client.call('ensureMachine', { cluster: uid, machine: 'w', uid: 'w', ...facts }, quick);
  const wait = home.client.waitFor('waitForSsh', { cluster: uid, machine: 'w', waitMs: 20_000 }, { signal: AbortSignal.timeout(20_000), done: z.object({}), onProgress: () => undefined });
  await home.client.call('control/advance', { milliseconds: 60_000 }, quick);
  await wait;
});
