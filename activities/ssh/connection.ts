import { connect as connectTcp } from 'node:net';
import { Client, type ClientErrorExtensions } from 'ssh2';
import type { SshTarget } from '../seams/command-runner.ts';
import { HostKeyChangedError, SshAuthenticationError, SshTimeoutError, SshUnreachableError } from './errors.ts';
import { HOST_KEY_TYPE, fingerprintOf, type PinnedHostKey } from './host-key.ts';

/** Milliseconds. */
export type ConnectionLimits = {
  /** TCP connection, handshake and authentication together. */
  readonly connectTimeoutMs: number;
  readonly keepaliveIntervalMs: number;
  /** A peer that leaves so many keep-alives unanswered is taken for gone. */
  readonly keepaliveCountMax: number;
};

/** Why a connection that once was there is no more. */
export type ConnectionEnd = { readonly kind: 'lost' | 'silent' | 'dropped-here'; readonly reason: string };

export type SshConnection = {
  readonly client: Client;
  readonly limits: ConnectionLimits;
  readonly isOpen: () => boolean;
  /** Calls back once at the end, at once if it is over already. Returns how to take the listener back. */
  readonly onEnd: (listener: (end: ConnectionEnd) => void) => () => void;
  readonly close: (reason: string) => void;
};

type ConnectRequest = {
  readonly target: SshTarget;
  /** OpenSSH private key file's text. */
  readonly privateKey: string;
  readonly pinned: PinnedHostKey;
  readonly limits: ConnectionLimits;
};

/**
 * Connects and authenticates as root with the cluster's key and nothing else: no password, no agent,
 * no other host key than the pinned one. Rejects with HostKeyChangedError, SshAuthenticationError,
 * SshTimeoutError or SshUnreachableError; in all of them nothing was run.
 */
export function openConnection({ target, privateKey, pinned, limits }: ConnectRequest): Promise<SshConnection> {
  const client = new Client();
  const endListeners = new Set<(end: ConnectionEnd) => void>();
  let ready = false;
  let presented: Buffer | undefined;
  let firstError: (Error & ClientErrorExtensions) | undefined;
  let end: ConnectionEnd | undefined;
  let droppedHere: string | undefined;

  const { promise, resolve, reject } = Promise.withResolvers<SshConnection>();

  const explainRefusal = (): Error => {
    const error: Error & ClientErrorExtensions = firstError ?? new Error('the connection was closed during the handshake');
    if (presented !== undefined && !presented.equals(pinned.blob)) {
      return new HostKeyChangedError({ target, expected: pinned.fingerprint, got: fingerprintOf(presented) });
    }
    if (error.message.includes('no matching host key format')) {
      return new HostKeyChangedError({ target, expected: pinned.fingerprint, got: `no key of type ${HOST_KEY_TYPE}` });
    }
    if (error.level === 'client-authentication') {
      return new SshAuthenticationError(target, error.message);
    }
    if (error.level === 'client-timeout') {
      const waitedFor = 'the SSH handshake';
      return new SshTimeoutError({ target, waitedFor, timeoutMs: limits.connectTimeoutMs, outcome: 'unchanged' });
    }
    return new SshUnreachableError(target, error);
  };

  const connection: SshConnection = {
    client,
    limits,
    isOpen: () => ready && end === undefined,
    onEnd: (listener) => {
      if (end === undefined) {
        endListeners.add(listener);
      } else {
        listener(end);
      }
      return () => endListeners.delete(listener);
    },
    close: (reason) => {
      droppedHere ??= reason;
      client.destroy();
    },
  };

  // The listener stays for the connection's life: ssh2 can report several errors, and an unheard one ends the process.
  client.on('error', (error) => {
    firstError ??= error;
    if (!ready) {
      reject(explainRefusal());
      client.destroy();
    }
  });
  client.on('close', () => {
    reject(explainRefusal());
    const kind = droppedHere === undefined ? (firstError?.level === 'client-timeout' ? 'silent' : 'lost') : 'dropped-here';
    end ??= { kind, reason: droppedHere ?? firstError?.message ?? 'closed by the Machine' };
    for (const listener of endListeners) {
      listener(end);
    }
    endListeners.clear();
  });
  client.on('ready', () => {
    ready = true;
    resolve(connection);
  });

  // Its own socket, because ssh2 leaves Nagle's algorithm on, which costs 40 ms in a dialogue of small packets.
  const socket = connectTcp({ host: target.host, port: target.port, noDelay: true });
  try {
    client.connect({
      sock: socket,
      username: 'root',
      privateKey,
      authHandler: ['publickey'],
      agentForward: false,
      algorithms: { serverHostKey: [HOST_KEY_TYPE] },
      hostVerifier: (key: Buffer) => {
        presented = Buffer.from(key);
        return key.equals(pinned.blob);
      },
      readyTimeout: limits.connectTimeoutMs,
      keepaliveInterval: limits.keepaliveIntervalMs,
      keepaliveCountMax: limits.keepaliveCountMax,
    });
  } catch {
    // Only an unusable private key makes connect() throw; its message could quote the key.
    socket.destroy();
    reject(new SshAuthenticationError(target, "the cluster's stored private key cannot be read"));
  }
  return promise;
}
