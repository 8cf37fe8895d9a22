import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import pino from 'pino';
import { scrub } from '../domain/scrub.ts';

/** One JSON line an event on standard error, scrubbed: logs are shared more easily than one thinks. */
export function createLogger(): DefaultLogger {
  const sink = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
  const write = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
  return new DefaultLogger('INFO', (entry: LogEntry) => {
    const meta: unknown = JSON.parse(scrub(JSON.stringify(entry.meta ?? {}, describeErrors)));
    sink[write[entry.level]]({ meta }, scrub(entry.message));
  });
}

function describeErrors(_key: string, value: unknown): unknown {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return typeof value === 'bigint' ? String(value) : value;
}
