import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import ssh2, { type ServerChannel } from 'ssh2';
import type { SshTarget } from '../../../activities/seams/command-runner.ts';

export type KeyPair = { readonly privateKey: string; readonly publicKey: string };

export function createKeyPair(type: 'ed25519' | 'ecdsa' = 'ed25519'): KeyPair {
  const made =
    type === 'ed25519' ? ssh2.utils.generateKeyPairSync('ed25519') : ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  // ssh2's generator drops leading zero bytes of ed25519 keys: about one key in a hundred is malformed.
  const isWhole = !(ssh2.utils.parseKey(made.private) instanceof Error);
  return isWhole ? { privateKey: made.private, publicKey: made.public } : createKeyPair(type);
}

/** On a free port of 127.0.0.1, which it gives back. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the server listens on no TCP port');
  }
  return address.port;
}

export type InProcessServer = {
  readonly target: SshTarget;
  readonly hostKey: KeyPair;
  readonly clientKey: KeyPair;
  /** Connections accepted so far. */
  readonly accepted: () => number;
  /** Sessions that are open now. */
  readonly openSessions: () => number;
  /** Ends every connection without a word, as a killed sshd does. */
  readonly dropConnections: () => void;
  /** From now on sessions are refused, as by MaxSessions. */
  readonly refuseSessions: () => void;
  readonly close: () => Promise<void>;
};

type ServerOptions = { readonly env?: NodeJS.ProcessEnv; readonly hostKey?: KeyPair };

/** A real SSH server in this process that runs the commands it is given with the local `sh`. */
export async function startInProcessServer({ env = {}, hostKey = createKeyPair() }: ServerOptions = {}): Promise<InProcessServer> {
  const clientKey = createKeyPair();
  const allowed = ssh2.utils.parseKey(clientKey.publicKey);
  if (allowed instanceof Error) {
    throw allowed;
  }
  const sockets = new Set<Socket>();
  const children = new Set<ChildProcess>();
  let accepted = 0;
  let openSessions = 0;
  let refusing = false;

  const runCommand = (channel: ServerChannel, command: string): void => {
    openSessions += 1;
    const child = spawn('sh', ['-c', command], { env: { ...process.env, ...env } });
    children.add(child);
    channel.pipe(child.stdin);
    child.stdin.on('error', () => undefined);
    channel.on('error', () => undefined);
    child.stdout.pipe(channel, { end: false });
    child.stderr.pipe(channel.stderr, { end: false });
    channel.on('close', () => {
      openSessions -= 1;
      // As sshd does: the pipes are closed, the command is told nothing.
      child.stdout.destroy();
      child.stderr.destroy();
      child.stdin.destroy();
    });
    child.on('close', (code, signal) => {
      children.delete(child);
      if (signal === null) {
        channel.exit(code ?? 255);
      } else {
        channel.exit(signal.slice(3), false, '');
      }
      channel.end();
    });
  };

  const ssh = new ssh2.Server({ hostKeys: [hostKey.privateKey] }, (connection) => {
    accepted += 1;
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => {
      if (context.method !== 'publickey' || !context.key.data.equals(allowed.getPublicSSH())) {
        context.reject(['publickey']);
      } else if (context.signature === undefined || context.blob === undefined) {
        context.accept();
      } else if (allowed.verify(context.blob, context.signature, context.hashAlgo)) {
        context.accept();
      } else {
        context.reject();
      }
    });
    connection.on('session', (accept, reject) => {
      if (refusing) {
        reject();
        return;
      }
      accept().on('exec', (acceptExec, _reject, { command }) => runCommand(acceptExec(), command));
    });
  });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    ssh.injectSocket(socket);
  });
  const port = await listen(server);

  const dropConnections = (): void => sockets.forEach((socket) => socket.destroy());
  return {
    target: { clusterUid: 'cluster-1', machine: 'demo-cp-x2f9', machineUid: 'machine-1', host: '127.0.0.1', port },
    hostKey,
    clientKey,
    accepted: () => accepted,
    openSessions: () => openSessions,
    dropConnections,
    refuseSessions: () => {
      refusing = true;
    },
    close: async () => {
      dropConnections();
      for (const child of children) {
        child.kill('SIGKILL');
      }
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
