import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';

export type Answer = { readonly code: number; readonly body: string };

export type KeptConnection = {
  /** undefined where no answer came in time; the next request then has a connection of its own. */
  readonly send: (method: 'GET' | 'POST', path: string, options: { readonly body?: unknown; readonly timeoutMs: number }) => Promise<Answer | undefined>;
  readonly close: () => void;
};

/** One connection to a cluster's endpoint that is kept from request to request, as controllers keep theirs. */
export function openKeptConnection(kubeconfigFile: string): KeptConnection {
  const config = new KubeConfig();
  config.loadFromString(readFileSync(kubeconfigFile, 'utf8'));
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  const options = { keepAlive: true, maxSockets: 1, ca: decode(cluster?.caData), cert: decode(user?.certData), key: decode(user?.keyData) };
  let agent = new Agent(options);
  return {
    async send(method, path, { body, timeoutMs }) {
      try {
        return await exchange({ agent, url: new URL(path, cluster?.server), method, body, timeoutMs });
      } catch {
        agent.destroy();
        agent = new Agent(options);
        return undefined;
      }
    },
    close: () => agent.destroy(),
  };
}

function decode(base64 = ''): Buffer {
  return Buffer.from(base64, 'base64');
}

type Exchange = { readonly agent: Agent; readonly url: URL; readonly method: string; readonly body: unknown; readonly timeoutMs: number };

function exchange({ agent, url, method, body, timeoutMs }: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method, headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(timeoutMs) });
    outgoing.once('error', reject);
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => resolve({ code: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
