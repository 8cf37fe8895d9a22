import { readFile } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { z } from 'zod';
import type { Operation, RequestOf } from '../../simulator/protocol.ts';
import { SimulatedRefusalError, SimulatorUnreachableError } from './errors.ts';

/** What the simulator's process writes for its clients (simulator/main.ts). */
const accessFile = z.object({ address: z.url(), token: z.string().min(32) });
const refusal = z.object({ error: z.object({ name: z.string(), message: z.string() }) });

/** As long as a request to a real API server may take; one that waits is given its wait on top. */
const requestMs = 15_000;
/** How long one request waits for something to come true before it is asked again. */
const longPollMs = 20_000;

// Schemas are made once: zod compiles each before it first reads anything with it.
const answered = z.object({ value: z.unknown() });
const progress = z.union([z.object({ done: z.literal(false), waitingFor: z.string() }), z.looseObject({ done: z.literal(true) })]);

export type SimulatorClient = ReturnType<typeof createSimulatorClient>;

/** Asks the simulator that has written that file. It is read again whenever nobody answers as it says. */
export function createSimulatorClient(deps: { readonly accessFile: string }) {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  let access: z.output<typeof accessFile> | undefined;

  async function call<O extends Operation, T>(
    operation: O,
    request: RequestOf<O>,
    options: { readonly signal: AbortSignal; readonly answer: z.ZodType<T>; readonly waitMs?: number },
  ): Promise<T> {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(requestMs + (options.waitMs ?? 0))]);
    const known = access;
    access ??= await readAccess(deps.accessFile);
    const body = JSON.stringify(request);
    let sent = await post({ agent, access, operation, body, signal });
    if ((sent === undefined || sent.status === 401) && known !== undefined) {
      // It has been started again since.
      access = await readAccess(deps.accessFile);
      sent = await post({ agent, access, operation, body, signal });
    }
    if (sent === undefined) throw unreachable(`nothing listens at ${access.address}`);
    const parsed: unknown = JSON.parse(sent.text);
    if (sent.status !== 200) throw new SimulatedRefusalError(refusal.parse(parsed).error);
    return options.answer.parse(answered.parse(parsed).value);
  }

  return {
    call,

    /** Asks again and again until it is done; tells what it waits for. */
    async waitFor<O extends Operation, T>(
      operation: O,
      request: Omit<RequestOf<O>, 'waitMs'> & RequestOf<O>,
      options: { readonly signal: AbortSignal; readonly done: z.ZodType<T>; readonly onProgress: (waitingFor: string) => void },
    ): Promise<T> {
      const { signal, done, onProgress } = options;
      for (;;) {
        const answer = await call(operation, request, { signal, answer: progress, waitMs: longPollMs });
        if (answer.done) return done.parse(answer);
        onProgress(answer.waitingFor);
      }
    },

    close: (): void => agent.destroy(),
  };
}

export const waitMs = longPollMs;

async function readAccess(path: string): Promise<z.output<typeof accessFile>> {
  try {
    return accessFile.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw unreachable(`it has not written ${path}`, cause);
  }
}

function unreachable(why: string, cause?: unknown): SimulatorUnreachableError {
  return new SimulatorUnreachableError(`the simulator does not run: ${why}. Nothing was changed. Run: slipway up --simulator`, { cause });
}

/** Undefined where nobody listens. */
async function post(sent: {
  readonly agent: Agent;
  readonly access: z.output<typeof accessFile>;
  readonly operation: string;
  readonly body: string;
  readonly signal: AbortSignal;
}): Promise<{ readonly status: number; readonly text: string } | undefined> {
  const { agent, access, operation, body, signal } = sent;
  const headers = { authorization: `Bearer ${access.token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${access.address}/v1/${operation}`, { method: 'POST', agent, headers, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.once('error', reject);
    });
    request.once('error', (error: NodeJS.ErrnoException) => {
      // A kept connection may end just as it is used again; every operation can be repeated.
      if (error.code === 'ECONNREFUSED' || (error.code === 'ECONNRESET' && request.reusedSocket)) resolve(undefined);
      else reject(signal.aborted && signal.reason instanceof Error ? signal.reason : error);
    });
    request.end(body);
  });
}
