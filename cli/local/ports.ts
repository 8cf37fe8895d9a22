import { createServer } from 'node:net';
import { SetupError, UsageError } from '../errors.ts';

export type PortUse = {
  readonly port: number;
  /** "Temporal's server", for the message. */
  readonly purpose: string;
  readonly flag: string;
  readonly variable: string;
};

/** @throws SetupError naming the port, what wanted it, and how to choose another. */
export async function requireFreePort(use: PortUse): Promise<void> {
  const code = await bindOnce(use.port);
  if (code === undefined) return;
  const reason = code === 'EADDRINUSE' ? 'is in use by another process' : `cannot be used (${code})`;
  throw new SetupError({
    what: `port ${use.port} of 127.0.0.1, wanted for ${use.purpose}, ${reason}`,
    unchanged: 'nothing was started',
    next: [
      `slipway up ${use.flag} <another port>   (or set ${use.variable})`,
      'to use a Temporal server that runs already: TEMPORAL_ADDRESS=host:port slipway up',
    ],
  });
}

async function bindOnce(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** @throws UsageError where the text is no port. */
export function parsePort(text: string, name: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return port;
  throw new UsageError({ what: `${name}: "${text}" is no port; use a number from 1 to 65535` });
}
