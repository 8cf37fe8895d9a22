import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * Above those that clusters get, and below the ephemeral ones: between this look and the server that is to have
 * it, and while that server is killed and comes back, no outgoing connection may take it.
 */
const range = { first: 27_000, last: 31_999 } as const;

/** Ports of loopback that nobody has at the moment; all different, because all are held until the last is found. */
export async function findFreePorts(count: number): Promise<readonly number[]> {
  const held = new Map<number, Server>();
  while (held.size < count) {
    const port = randomInt(range.first, range.last + 1);
    const server = await listen(port);
    if (server !== undefined) held.set(port, server);
  }
  await Promise.all([...held.values()].map((server) => once(server.close(), 'close')));
  return [...held.keys()];
}

async function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  try {
    await once(server.listen({ port, host: '127.0.0.1' }), 'listening');
    return server;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return undefined;
    throw error;
  }
}
