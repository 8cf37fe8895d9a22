import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { announcementSchema, isKill, type Announcement, type Fault, type Order, type Struck } from './faults.ts';
import { note } from '../../e2e/harness/note.ts';

const program = fileURLToPath(new URL('faulty-worker.ts', import.meta.url));

/** One worker process after the other: whichever a fault kills is followed by the next. */
export type KeptWorker = {
  /** What was struck since the last `forget`, oldest first. */
  readonly struck: readonly Struck[];
  /** Everything that ran since it was cleared: by subject, milliseconds of each. */
  readonly ran: Map<string, readonly number[]>;
  /** Faults that nothing has run into yet. */
  readonly pending: () => readonly Fault[];
  /** Failures that have struck and were not lifted yet. */
  readonly lasting: () => readonly Fault[];
  readonly arm: (faults: readonly Fault[]) => Promise<void>;
  /** Failures that last until now are over. */
  readonly lift: (subject: string) => Promise<void>;
  /** Before another life: no fault waits any more, and nothing was struck. */
  readonly forget: () => Promise<void>;
  /** Fails if a worker ends by itself: what waits for a cluster need not wait any longer. */
  readonly broken: Promise<never>;
  readonly stop: () => Promise<void>;
};

export async function keepWorker(options: { readonly folder: string; readonly bundle: string; readonly env: Readonly<Record<string, string>> }): Promise<KeptWorker> {
  const armed = new Map<string, Fault>();
  const struck: Struck[] = [];
  const ran = new Map<string, readonly number[]>();
  const hit = new Set<string>();
  const ended = new AbortController();
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  let obeyed = Promise.withResolvers<void>();
  let child: ChildProcess;

  const hear = (announcement: Announcement): void => {
    switch (announcement.event) {
      case 'obeyed':
        obeyed.resolve();
        return;
      case 'ran':
        ran.set(announcement.subject, [...(ran.get(announcement.subject) ?? []), announcement.ms]);
        return;
      case 'struck': {
        const { subject, kind, detail, workflowId } = announcement;
        struck.push(announcement);
        if (!hit.has(subject)) note(`${subject} ${kind}: ${detail} (${workflowId})`);
        hit.add(subject);
        // What was to happen once has happened; the next process must not do it again.
        if (kind !== 'fails for ever') armed.delete(subject);
      }
    }
  };

  const start = async (): Promise<void> => {
    const log = join(options.folder, 'worker.log');
    const errors = openSync(log, 'a', 0o600);
    const started = spawn(process.execPath, [program, options.bundle, JSON.stringify([...armed.values()])], { env: { ...inherited(), NODE_COMPILE_CACHE: join(options.folder, 'compiled'), ...options.env }, stdio: ['pipe', 'pipe', errors] });
    closeSync(errors);
    child = started;
    if (started.stdout === null || started.stdin === null) throw new Error('a worker process has no standard input and output');
    const ready = Promise.withResolvers<void>();
    createInterface({ input: started.stdout }).on('line', (line) => {
      if (line.startsWith('worker ready')) ready.resolve();
      if (line.startsWith('{')) hear(announcementSchema.parse(JSON.parse(line)));
    });
    // A process that was just killed takes no orders; the next one gets them at its start.
    started.stdin.on('error', () => undefined);
    started.once('close', (code, signal) => {
      ready.resolve();
      obeyed.resolve();
      if (ended.signal.aborted) return;
      const last = struck.at(-1);
      if (signal === 'SIGKILL' && last !== undefined && isKill(last)) void start();
      else broken.reject(new Error(`a worker process ended by itself (${signal ?? code}):\n${readFileSync(log, 'utf8').slice(-2000)}`));
    });
    await ready.promise;
  };

  const order = async (given: Order): Promise<void> => {
    obeyed = Promise.withResolvers();
    child.stdin?.write(`${JSON.stringify(given)}\n`);
    await obeyed.promise;
  };

  await start();
  return {
    struck,
    ran,
    pending: () => [...armed.values()].filter(({ subject }) => !hit.has(subject)),
    lasting: () => [...armed.values()].filter(({ subject }) => hit.has(subject)),
    broken: broken.promise,
    arm: async (faults) => {
      for (const fault of faults) armed.set(fault.subject, fault);
      if (faults.length > 0) await order({ order: 'arm', faults: [...faults] });
    },
    lift: async (subject) => {
      armed.delete(subject);
      await order({ order: 'lift', subject });
    },
    forget: async () => {
      for (const subject of armed.keys()) await order({ order: 'lift', subject });
      armed.clear();
      struck.length = 0;
      ran.clear();
      hit.clear();
    },
    stop: async () => {
      ended.abort();
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    },
  };
}

/** The caller's settings of Slipway, Temporal and Node must not reach the worker. */
function inherited(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(SLIPWAY|TEMPORAL|NODE|VITEST)/.test(key)));
}
