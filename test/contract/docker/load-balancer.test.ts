import { once } from 'node:events';
import { request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import type { BackendState } from '../../../activities/seams/machine-provider.ts';
import { startApiServer } from './api-servers.ts';
import { apiServerPort, createTestCluster, type TestCluster } from './test-cluster.ts';

/** HAProxy closes a connection that it has no server for. */
const refused = /ECONNRESET|socket hang up|disconnected/;

/** A cluster with its load balancer, and API servers that it does not know yet. */
async function withApiServers(...names: readonly string[]) {
  const testCluster = await createTestCluster();
  const { provider, signal, allocation, cluster } = testCluster;
  const scope = { cluster, allocation };
  await provider.ensureLoadBalancer({ ...scope, apiServerPort }, signal);
  const base = allocation.subnet.replace(/0\/24$/, '');
  const servers = await Promise.all(names.map((name, index) => startApiServer(testCluster, name, `${base}${10 + index}`)));
  return { ...testCluster, scope, servers };
}

/** One request over a connection of its own. */
async function ask({ allocation }: Pick<TestCluster, 'allocation'>, path = '/'): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: allocation.apiServerHostPort, path, rejectUnauthorized: false, agent: false as const, timeout: 5_000 };
    const asked = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => (response.statusCode === 200 ? resolve(text.trim()) : reject(new Error(`status ${response.statusCode}`))));
    });
    asked.on('error', reject).on('timeout', () => asked.destroy(new Error('no answer'))).end();
  });
}

/** A connection that stays open, as a watch does. */
async function openWatch({ allocation }: TestCluster): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: allocation.apiServerHostPort, rejectUnauthorized: false });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

/** Asks for the backends until they are as expected. */
async function untilBackends(at: Awaited<ReturnType<typeof withApiServers>>, states: Readonly<Record<string, BackendState['state']>>) {
  await expect
    .poll(
      async () => Object.fromEntries((await at.provider.listBackends(at.scope, at.signal)).map(({ name, state }) => [name, state])),
      { timeout: 15_000, interval: 100 },
    )
    .toEqual(states);
}

test('without API servers the endpoint is there and refuses', async () => {
  const at = await withApiServers();
  await expect(ask(at)).rejects.toThrow(refused);
  expect(await at.provider.listBackends(at.scope, at.signal)).toEqual([]);
  await at.provider.ensureLoadBalancer({ ...at.scope, apiServerPort }, at.signal);
});

test('an API server is used once /readyz answers, and no longer when it stops to', async () => {
  const at = await withApiServers('a');
  const [a] = at.servers;
  if (a === undefined) throw new Error('no server');
  await a.setReady(false);
  await at.provider.setBackends(at.scope, [a.backend], at.signal);
  const endOfDoubt = performance.now() + 3_000;
  // From the first moment on: it listens, so only the check can keep requests away.
  while (performance.now() < endOfDoubt) await expect(ask(at)).rejects.toThrow(refused);
  await untilBackends(at, { a: 'down' });

  await a.setReady(true);
  await untilBackends(at, { a: 'up' });
  expect(await ask(at)).toBe('a');

  await a.setReady(false);
  await untilBackends(at, { a: 'down' });
  await expect(ask(at)).rejects.toThrow(refused);
});

test('no request fails while API servers come and go, and sessions of those that stay go on', async () => {
  const at = await withApiServers('a', 'b', 'c');
  const [a, b, c] = at.servers;
  if (a === undefined || b === undefined || c === undefined) throw new Error('no servers');
  await at.provider.setBackends(at.scope, [a.backend], at.signal);
  await untilBackends(at, { a: 'up' });
  const watch = await openWatch(at);

  const done = new AbortController();
  const answers = new Map<string, number>();
  const failures: unknown[] = [];
  const asking = (async () => {
    while (!done.signal.aborted) {
      await ask(at).then(
        (name) => answers.set(name, (answers.get(name) ?? 0) + 1),
        (error: unknown) => failures.push(error),
      );
    }
  })();
  await at.provider.setBackends(at.scope, [a.backend, b.backend], at.signal);
  await untilBackends(at, { a: 'up', b: 'up' });
  await delay(500);
  await at.provider.setBackends(at.scope, [a.backend, b.backend, c.backend], at.signal);
  await untilBackends(at, { a: 'up', b: 'up', c: 'up' });
  expect(watch.destroyed).toBe(false);
  await delay(500);
  await at.provider.setBackends(at.scope, [b.backend, c.backend], at.signal);
  // The watch was on the one that went.
  if (!watch.closed) await once(watch, 'close', { signal: AbortSignal.timeout(2_000) });
  answers.delete('a');
  await delay(500);
  await at.provider.setBackends(at.scope, [c.backend, a.backend], at.signal);
  await untilBackends(at, { a: 'up', c: 'up' });
  done.abort();
  await asking;

  expect(failures).toEqual([]);
  expect([...answers.keys()].sort()).toEqual(['a', 'b', 'c']);
});

test('setting the same again changes nothing; a restarted HAProxy has the same backends and waits for their checks', async () => {
  const at = await withApiServers('a', 'b');
  const [a, b] = at.servers;
  if (a === undefined || b === undefined) throw new Error('no servers');
  await at.provider.setBackends(at.scope, [a.backend, b.backend], at.signal);
  await untilBackends(at, { a: 'up', b: 'up' });
  const loadBalancer = at.docker.getContainer(`${at.cluster.name}-lb`);
  const changes = async () => (await loadBalancer.logs({ stdout: true, stderr: true })).toString('utf8').split('\n').length;
  const before = await changes();
  await at.provider.setBackends(at.scope, [b.backend, a.backend], at.signal);
  expect(await changes()).toBe(before);

  await a.setReady(false);
  await loadBalancer.restart({ t: 0 });
  const answers = new Set<string>();
  await expect.poll(() => ask(at), { timeout: 10_000, interval: 5 }).toBe('b');
  for (let round = 0; round < 50; round += 1) answers.add(await ask(at));
  expect([...answers]).toEqual(['b']);
  await untilBackends(at, { a: 'down', b: 'up' });
  const { NetworkSettings } = await loadBalancer.inspect();
  expect(NetworkSettings.Networks[`slipway-${at.cluster.name}`]?.IPAddress).toBe(at.allocation.loadBalancerAddress);
});
