import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import type { SimulatedClock } from './clock.ts';
import { isOperation, parseRequest, type Operation } from './protocol.ts';
import type { Answer, Simulator } from './simulator.ts';

const moments: ReadonlySet<string> = new Set(['readySince', 'deletingSince']);
const maxBodyCharacters = 2 * 1024 * 1024;

/** The simulator over HTTP: authenticates, checks the shape of what comes, and hands it on. */
export function createSimulatorServer(deps: { readonly simulator: Simulator; readonly clock: SimulatedClock; readonly token: string }): Server {
  const { simulator, clock, token } = deps;
  const server = createServer((request, response) => {
    const ended = new AbortController();
    response.on('close', () => ended.abort());
    answer(request, ended.signal).then(
      ({ status, body }) => send(response, status, body),
      // The caller has gone, or sent no JSON.
      (error: unknown) => send(response, 400, { error: { name: 'BadRequestError', message: error instanceof Error ? error.message : String(error) } }),
    );
  });
  // A worker keeps its connections; those of one that was killed must not hold up the end.
  server.keepAliveTimeout = 60_000;
  return server;

  async function answer(request: IncomingMessage, signal: AbortSignal): Promise<{ readonly status: number; readonly body: unknown }> {
    if (!isAuthorized(request.headers.authorization, token)) return failure(401, 'UnauthorizedError', 'no such token');
    const operation = (request.url ?? '').replace(/^\/v1\//, '');
    if (request.method !== 'POST' || !isOperation(operation)) return failure(404, 'UnknownOperationError', `no operation ${operation}`);
    try {
      const answered = await run(operation, JSON.parse(await readBody(request)), signal);
      return 'refused' in answered ? { status: 409, body: { error: answered.refused } } : { status: 200, body: { value: answered.value } };
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      return failure(400, 'BadRequestError', `${operation}: ${z.prettifyError(error)}`);
    }
  }

  async function run(operation: Operation, body: unknown, signal: AbortSignal): Promise<Answer> {
    if (operation === 'ping') return { value: null };
    if (operation === 'control/list') return { value: simulator.list() };
    if (operation === 'control/advance') {
      simulator.advance(parseRequest(operation, body).milliseconds);
      return { value: null };
    }
    if (operation === 'deleteCluster') return { value: { removed: simulator.delete(parseRequest(operation, body).cluster) } };
    return simulator.call(operation, parseRequest(operation, body), signal);
  }

  function send(response: ServerResponse, status: number, body: unknown): void {
    if (response.destroyed) return;
    // Simulated moments mean nothing outside; these are the only ones that leave.
    const text = JSON.stringify(body, (key, value: unknown) => (moments.has(key) && typeof value === 'number' ? clock.toReal(value) : value));
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  }
}

function failure(status: number, name: string, message: string) {
  return { status, body: { error: { name, message } } };
}

function isAuthorized(header: string | undefined, token: string): boolean {
  const [given, wanted] = [Buffer.from(header ?? ''), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > maxBodyCharacters) throw new Error('the request is too large');
  }
  return text;
}
