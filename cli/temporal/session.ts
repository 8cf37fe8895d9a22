import { connect as connectSocket } from 'node:net';
import type { Connection, WorkflowClient } from '@temporalio/client';
import { TemporalUnreachableError } from '../errors.ts';
import { writeTrace } from '../terminal.ts';
import { resolveTarget, type TemporalTarget } from './target.ts';
import { sinceMs, tracingInterceptor } from './tracing.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const CALL_TIMEOUT_MS = 10_000;

export type TemporalSession = {
  readonly target: TemporalTarget;
  readonly connection: Connection;
  readonly client: WorkflowClient;
  /** Queries through this one are refused by workflows that have ended. */
  readonly openClient: WorkflowClient;
};

/**
 * Connects, works, disconnects.
 * @throws TemporalUnreachableError naming the address.
 */
export async function withTemporal<T>(work: (session: TemporalSession) => Promise<T>): Promise<T> {
  const target = resolveTarget();
  const session = await openSession(target);
  try {
    return await work(session);
  } finally {
    await session.connection.close();
  }
}

export async function openSession(target: TemporalTarget): Promise<TemporalSession> {
  // gRPC retries a refused connection until its time is up; a plain socket says so at once.
  if (target.origin !== 'environment' && !(await accepts(target.address))) throw unreachable(target);
  const startedAt = performance.now();
  // It is large: a command that sends nothing does not wait for it.
  const { Connection, WorkflowClient } = await import('@temporalio/client');
  const connection = Connection.lazy({ ...target.connection, connectTimeout: CONNECT_TIMEOUT_MS });
  try {
    await connection.ensureConnected();
  } catch (cause) {
    await connection.close();
    throw unreachable(target, cause);
  }
  writeTrace(`connected to Temporal at ${target.address}, namespace ${target.namespace} (${target.origin}): ${sinceMs(startedAt)}`);
  const options = { connection, namespace: target.namespace, interceptors: [tracingInterceptor] };
  return {
    target,
    connection,
    client: new WorkflowClient(options),
    openClient: new WorkflowClient({ ...options, queryRejectCondition: 'NOT_OPEN' }),
  };
}

/** Every call has an end: without a deadline the SDK repeats a failing one for minutes. */
export async function withDeadline<T>(session: TemporalSession, call: () => Promise<T>, ms = CALL_TIMEOUT_MS): Promise<T> {
  return session.connection.withDeadline(Date.now() + ms, call);
}

export function unreachable(target: TemporalTarget, cause?: unknown): TemporalUnreachableError {
  const decided =
    target.origin === 'environment' ? ' (from TEMPORAL_ADDRESS or the profile)' : target.origin === 'local' ? ' (started by slipway up)' : '';
  return new TemporalUnreachableError({
    what: `Temporal at ${target.address} does not answer`,
    where: `${target.address}${decided}, namespace ${target.namespace}`,
    unchanged: 'clusters go on running; nothing was sent',
    next: target.origin === 'environment' ? ['check the address and the network, then run the command again'] : ['slipway up'],
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Whether something listens there. */
export async function accepts(address: string, timeoutMs = 2_000): Promise<boolean> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connectSocket({ host, port: Number(address.slice(colon + 1)), timeout: timeoutMs });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
    socket.once('timeout', () => settle(false));
  });
}
