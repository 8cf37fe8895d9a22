/**
 * The simulator's process. It listens on 127.0.0.1 and writes where, with the token it takes, into the
 * access file (0600); it ends with SIGTERM, or by itself when that file is gone or another's.
 *
 *   node simulator/main.ts --access-file FILE [--state-file FILE] [--speed 10] [--port 0]
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createClock } from './clock.ts';
import { createSimulatorServer } from './server.ts';
import { Simulator } from './simulator.ts';
import { readState, writePrivately } from './saved-state.ts';

const homeCheckMs = 2000;

const { values } = parseArgs({
  options: {
    'access-file': { type: 'string' },
    'state-file': { type: 'string' },
    speed: { type: 'string', default: '10' },
    port: { type: 'string', default: '0' },
  },
});
const options = z
  .object({
    'access-file': z.string().min(1),
    'state-file': z.string().min(1).optional(),
    speed: z.coerce.number().min(0.01).max(10_000),
    port: z.coerce.number().int().min(0).max(65_535),
  })
  .parse(values);

const stateFile = options['state-file'];
const saved = stateFile === undefined ? undefined : readState(stateFile);
const clock = createClock({ speed: options.speed, start: Math.max(Date.now(), saved?.now ?? 0) });
const simulator = new Simulator(clock, saved);
const token = randomBytes(32).toString('hex');
const server = createSimulatorServer({ simulator, clock, token });
server.listen(options.port, '127.0.0.1');
await once(server, 'listening');
const bound = server.address();
const address = `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : options.port}`;

const path = options['access-file'];
const access = JSON.stringify({ address, token, pid: process.pid });
writePrivately(path, access);
process.stdout.write(`simulator ready: ${address}, ${options.speed} times real time, process ${process.pid}\n`);

const watch = setInterval(() => {
  if (!isOurs()) end();
}, homeCheckMs);
process.once('SIGTERM', end);
process.once('SIGINT', end);

function isOurs(): boolean {
  try {
    return readFileSync(path, 'utf8').trim() === access;
  } catch {
    return false;
  }
}

function end(): void {
  clearInterval(watch);
  const isHome = isOurs();
  // A home that is gone wants nothing written into it.
  if (isHome && stateFile !== undefined) writePrivately(stateFile, JSON.stringify(simulator.save()));
  if (isHome) rmSync(path, { force: true });
  server.close();
  server.closeAllConnections();
  process.exitCode = 0;
}
