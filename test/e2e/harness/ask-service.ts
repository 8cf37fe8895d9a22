import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { openKeptConnection, type KeptConnection } from './kept-connection.ts';
import { kubeProxyHealthPort } from './served-workload.ts';

const lookEveryMs = 500;
/** Load balancers believe it when they have seen it so often in a row: that a Node is healthy, and that it is not. */
const enoughLooks = 3;
const pauseMs = 100;

export type FailedRequest = { readonly second: number; readonly node: string; readonly error: string };

export type Asked = {
  readonly requests: number;
  readonly failed: readonly FailedRequest[];
  /** Longest time without an answer, in milliseconds. */
  readonly longestGapMs: number;
};

export type ServiceClient = {
  /** Ends the asking. */
  readonly stop: () => Promise<Asked>;
  readonly abort: () => void;
};

/**
 * Asks a Service of type NodePort all the time, one request after the other, each over a connection of
 * its own and none of them twice: what fails counts. It stands behind what users put before their
 * workers, a load balancer: requests go in turns to the workers that are Ready, not cordoned, and on
 * which kube-proxy says that it is well. Machines come and go; the balancer is told by the API, and
 * keeps the list that it has while the API does not answer.
 */
export function askService(service: { readonly kubeconfigFile: string; readonly port: number; readonly path: string; readonly timeoutMs: number }): ServiceClient {
  const { kubeconfigFile, port, path, timeoutMs } = service;
  const connection = openKeptConnection(kubeconfigFile);
  const stopped = new AbortController();
  const startedAt = performance.now();
  const failed: FailedRequest[] = [];
  let backends: readonly Backend[] = [];
  let requests = 0;
  let lastAnswerAt: number | undefined;
  let longestGapMs = 0;

  const balancing = repeat(stopped.signal, lookEveryMs, async () => {
    backends = await lookAtNodes(connection, backends);
  });
  const asking = repeat(stopped.signal, pauseMs, async () => {
    const serving = backends.filter(({ serves }) => serves);
    const backend = serving[requests % Math.max(serving.length, 1)];
    // Before the first Node was found there is nobody to ask; afterwards that is a failure as any other.
    if (backend === undefined && lastAnswerAt === undefined) return;
    requests += 1;
    const error = backend === undefined ? 'no worker serves' : await get(backend.address, port, path, timeoutMs);
    const now = performance.now();
    if (error !== undefined) failed.push({ second: Math.round((now - startedAt) / 1000), node: backend?.name ?? '', error });
    if (error !== undefined) return;
    longestGapMs = Math.max(longestGapMs, now - (lastAnswerAt ?? now));
    lastAnswerAt = now;
  });
  const abort = (): void => {
    stopped.abort();
    connection.close();
  };
  return {
    abort,
    async stop() {
      stopped.abort();
      await Promise.all([balancing, asking]);
      connection.close();
      return { requests, failed, longestGapMs: Math.max(longestGapMs, performance.now() - (lastAnswerAt ?? startedAt)) };
    },
  };
}

async function repeat(signal: AbortSignal, everyMs: number, once: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await once();
    await delay(everyMs);
  }
}

/** `doubts`: how often in a row it was found to be otherwise than `serves` says. */
type Backend = { readonly name: string; readonly address: string; readonly serves: boolean; readonly doubts: number };

const nodesSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }),
      spec: z.object({ unschedulable: z.boolean().default(false) }),
      status: z.object({
        addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
        conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
      }),
    }),
  ),
});

async function lookAtNodes(connection: KeptConnection, before: readonly Backend[]): Promise<readonly Backend[]> {
  const answer = await connection.send('GET', '/api/v1/nodes', { timeoutMs: 2000 });
  if (answer?.code !== 200) return before;
  const nodes = nodesSchema.parse(JSON.parse(answer.body)).items.filter(
    ({ metadata, spec, status }) =>
      metadata.labels['node-role.kubernetes.io/control-plane'] === undefined &&
      !spec.unschedulable &&
      status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
  const looked = nodes.map(async ({ metadata: { name }, status }) => {
    const address = status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
    const isHealthy = (await get(address, kubeProxyHealthPort, '/healthz', 1000)) === undefined;
    const { serves, doubts } = before.find((known) => known.name === name) ?? { serves: false, doubts: 0 };
    if (isHealthy === serves) return { name, address, serves, doubts: 0 };
    return doubts + 1 < enoughLooks ? { name, address, serves, doubts: doubts + 1 } : { name, address, serves: !serves, doubts: 0 };
  });
  return Promise.all(looked);
}

/** @returns why there was no answer, or another one than 200; undefined where all is well */
function get(host: string, port: number, path: string, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const outgoing = request({ host, port, path, agent: new Agent({ keepAlive: false }), signal: AbortSignal.timeout(timeoutMs) });
    const fail = (error: Error): void => resolve(error.cause instanceof Error ? error.cause.message : error.message);
    outgoing.once('error', fail);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', fail);
      incoming.once('end', () => resolve(incoming.statusCode === 200 ? undefined : `${incoming.statusCode} ${Buffer.concat(chunks).toString('utf8').trim()}`));
    });
    outgoing.end();
  });
}
