import { request } from 'node:https';
import type { Whereabouts } from '../seams/workload-cluster.ts';

/** Long enough for a server that is busy, short enough for somebody who waits. */
const timeoutMs = 3_000;

/**
 * Whether any of these is an API server whose certificate that authority has signed. What it answers does not
 * matter: one that is not ready, or wants to know who asks, is there.
 */
export async function isServing({ servers, caCertificate }: Whereabouts, signal: AbortSignal): Promise<boolean> {
  const answers = await Promise.all(servers.map((server) => answersAt(new URL('/readyz', server), { caCertificate, signal })));
  signal.throwIfAborted();
  return answers.includes(true);
}

function answersAt(url: URL, { caCertificate, signal }: { readonly caCertificate: string; readonly signal: AbortSignal }): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(url, { ca: caCertificate, agent: false, signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) }, (response) => {
      response.resume();
      resolve(true);
    });
    // Refused, no route, no time, or somebody else's certificate: it is not that one.
    asked.on('error', () => resolve(false));
    asked.end();
  });
}
