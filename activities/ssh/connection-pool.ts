import type { SshTarget } from '../seams/command-runner.ts';
import { openConnection, type ConnectionLimits, type SshConnection } from './connection.ts';
import { HostKeyChangedError, SshTimeoutError } from './errors.ts';
import { parsePinnedHostKey } from './host-key.ts';
import { waitUnlessAborted } from './wait-unless-aborted.ts';

/** Where the keys come from. Asked for each new connection; the answers are not kept. */
export type SshKeys = {
  /** The cluster's private key, as an OpenSSH private key file. */
  readonly clientKey: (clusterUid: string) => Promise<string>;
  /** The Machine's public host key line: "ssh-ed25519 AAAA…". */
  readonly hostKey: (clusterUid: string, machineUid: string) => Promise<string>;
};

/** What a pino logger offers. */
export type SshLog = { readonly warn: (fields: object, message: string) => void };

export type PoolLimits = ConnectionLimits & {
  /** A connection that nobody uses is closed after so long. */
  readonly idleMs: number;
};

export type ConnectionPool = {
  /** Lends the Machine's one connection, made now where there is none, for as long as `work` runs. */
  readonly use: <T>(
    target: SshTarget,
    options: { readonly signal: AbortSignal; readonly timeoutMs: number },
    work: (connection: SshConnection) => Promise<T>,
  ) => Promise<T>;
  readonly forget: (clusterUid: string) => void;
  readonly close: () => Promise<void>;
};

type Entry = {
  readonly key: string;
  readonly clusterUid: string;
  readonly opening: Promise<SshConnection>;
  users: number;
  idleTimer: NodeJS.Timeout | undefined;
};

type PoolOptions = { readonly keys: SshKeys; readonly limits: PoolLimits; readonly log?: SshLog };

export function createConnectionPool({ keys, limits, log }: PoolOptions): ConnectionPool {
  const entries = new Map<string, Entry>();

  const connect = async (target: SshTarget): Promise<SshConnection> => {
    const [privateKey, hostKey] = await Promise.all([
      keys.clientKey(target.clusterUid),
      keys.hostKey(target.clusterUid, target.machineUid),
    ]);
    try {
      return await openConnection({ target, privateKey, pinned: parsePinnedHostKey(hostKey), limits });
    } catch (error) {
      if (error instanceof HostKeyChangedError) {
        const { machine, endpoint, expected, got } = error;
        log?.warn({ event: 'host-key-changed', machine, endpoint, expected, got }, error.message);
      }
      throw error;
    }
  };

  const entryOf = (target: SshTarget): Entry => {
    // Endpoint and Machine UID both: a port can pass to another Machine, and a Machine to another port.
    const key = [target.clusterUid, target.machineUid, target.host, target.port].join(' ');
    const known = entries.get(key);
    if (known !== undefined) {
      return known;
    }
    const made: Entry = { key, clusterUid: target.clusterUid, opening: connect(target), users: 0, idleTimer: undefined };
    entries.set(key, made);
    const drop = (): void => {
      clearTimeout(made.idleTimer);
      remove(made);
    };
    made.opening.then((connection) => connection.onEnd(drop), drop);
    return made;
  };

  const remove = (entry: Entry): void => {
    if (entries.get(entry.key) === entry) {
      entries.delete(entry.key);
    }
  };

  const closeWhenIdle = (entry: Entry): void => {
    if (entries.get(entry.key) !== entry) {
      return;
    }
    entry.idleTimer = setTimeout(() => {
      remove(entry);
      void closeEntry(entry, 'it was idle');
    }, limits.idleMs);
    // An idle connection must not keep a process alive.
    entry.idleTimer.unref();
  };

  const closeEntry = (entry: Entry, reason: string): Promise<void> =>
    entry.opening.then(
      (connection) =>
        new Promise<void>((resolve) => {
          connection.onEnd(() => resolve());
          connection.close(reason);
        }),
      () => undefined,
    );

  return {
    use: async (target, { signal, timeoutMs }, work) => {
      const entry = entryOf(target);
      entry.users += 1;
      clearTimeout(entry.idleTimer);
      try {
        const onTimeout = (): Error =>
          new SshTimeoutError({ target, waitedFor: 'the SSH connection', timeoutMs, outcome: 'unchanged' });
        return await work(await waitUnlessAborted(entry.opening, { signal, timeoutMs, onTimeout }));
      } finally {
        entry.users -= 1;
        if (entry.users === 0) {
          closeWhenIdle(entry);
        }
      }
    },
    forget: (clusterUid) => {
      for (const [key, entry] of entries) {
        if (entry.clusterUid === clusterUid) {
          entries.delete(key);
          void closeEntry(entry, 'the cluster was deleted');
        }
      }
    },
    close: async () => {
      const open = [...entries.values()];
      entries.clear();
      await Promise.all(open.map((entry) => closeEntry(entry, 'the worker is shutting down')));
    },
  };
}
