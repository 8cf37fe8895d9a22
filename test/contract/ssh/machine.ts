import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import type { CommandRunner, SshTarget } from '../../../activities/seams/command-runner.ts';
import { createSshCommandRunner, type SshLimits } from '../../../activities/ssh/command-runner.ts';
import { waitForSsh } from '../../../activities/ssh/wait-for-ssh.ts';
import { nodeImage, versions } from '../../../node-image/versions.mjs';
import { createKeyPair, listen, type KeyPair } from '../../unit/ssh/in-process-server.ts';

/** A real machine of its own, on a network of its own, with systemd and sshd. */
export type TestMachine = AsyncDisposable & {
  readonly target: SshTarget;
  readonly container: Docker.Container;
  readonly makeRunner: (limits?: Partial<SshLimits>) => CommandRunner;
  /** Runs a command in the machine past SSH. Gives its standard output. */
  readonly look: (script: string) => Promise<string>;
  readonly waitUntilUp: (onProgress?: (waitingFor: string) => void) => Promise<void>;
};

export async function startMachine(): Promise<TestMachine> {
  const docker = new Docker();
  const name = `slipway-contract-ssh-${randomBytes(4).toString('hex')}`;
  const labels = { 'dev.slipway.test': name };
  const [clientKey, hostKey] = [createKeyPair(), createKeyPair()];

  const network = await docker.createNetwork({ Name: name, Labels: labels });
  // Docker gives another port after a restart, unless one was asked for.
  const port = await findFreePort();
  const specification = {
    name,
    Hostname: 'demo-cp-x2f9',
    Image: nodeImage(versions.kubernetes),
    Env: ['container=docker'],
    Labels: labels,
    ExposedPorts: { '22/tcp': {} },
    HostConfig: {
      CapAdd: ['ALL'],
      CapDrop: missingCapabilities(),
      SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined'],
      MaskedPaths: [],
      ReadonlyPaths: [],
      DeviceCgroupRules: ['a *:* rwm'],
      CgroupnsMode: 'private',
      Tmpfs: { '/run': '', '/tmp': '' },
      Binds: existsSync('/lib/modules') ? ['/lib/modules:/lib/modules:ro'] : [],
      NetworkMode: name,
      PortBindings: { '22/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
    },
  };
  const container = await docker.createContainer(specification);
  const remove = async (): Promise<void> => {
    await container.remove({ force: true, v: true });
    await network.remove();
  };

  const look = async (script: string): Promise<string> => {
    const { stdout } = await promisify(execFile)('docker', ['exec', container.id, 'sh', '-c', script]);
    return stdout;
  };
  const makeRunner = (limits: Partial<SshLimits> = {}): CommandRunner =>
    createSshCommandRunner({
      keys: { clientKey: async () => clientKey.privateKey, hostKey: async () => hostKey.publicKey },
      limits,
    });

  try {
    await putKeys(container, clientKey, hostKey);
    await container.start();
    const target = { clusterUid: name, machine: 'demo-cp-x2f9', machineUid: 'machine-1', host: '127.0.0.1', port };
    return {
      target,
      container,
      makeRunner,
      look,
      waitUntilUp: async (onProgress = () => undefined) => {
        const runner = makeRunner();
        const { signal } = new AbortController();
        await waitForSsh({ runner, target, signal, timeoutMs: 60_000, onProgress });
        await runner.close();
      },
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, 'close');
  return port;
}

/** Before the start, as Slipway does: the host key is there before sshd is. */
async function putKeys(container: Docker.Container, clientKey: KeyPair, hostKey: KeyPair): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-keys-'));
  await mkdir(join(folder, 'root/.ssh'), { recursive: true, mode: 0o700 });
  await mkdir(join(folder, 'etc/ssh'), { recursive: true });
  await writeFile(join(folder, 'root/.ssh/authorized_keys'), `${clientKey.publicKey}\n`, { mode: 0o600 });
  await writeFile(join(folder, 'etc/ssh/ssh_host_ed25519_key'), hostKey.privateKey, { mode: 0o600 });
  const tar = execFile('tar', ['-C', folder, '--owner=0', '--group=0', '-cf', '-', 'root/.ssh', 'etc/ssh/ssh_host_ed25519_key'], {
    encoding: 'buffer',
  });
  const chunks: Buffer[] = [];
  tar.stdout?.on('data', (chunk: Buffer) => chunks.push(Buffer.from(chunk)));
  await once(tar, 'close');
  await container.putArchive(Buffer.concat(chunks), { path: '/' });
  await rm(folder, { recursive: true });
}

const CAPABILITIES = [
  'CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP',
  'LINUX_IMMUTABLE', 'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'IPC_OWNER',
  'SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT', 'SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE',
  'SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE', 'AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP',
  'MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ', 'PERFMON', 'BPF',
  'CHECKPOINT_RESTORE',
] as const;

/** What this host lacks itself, an engine on it cannot give away (capabilities(7), by bit). */
function missingCapabilities(): string[] {
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 'ffffffffff';
  const bits = BigInt(`0x${bounding}`);
  return CAPABILITIES.filter((_, bit) => ((bits >> BigInt(bit)) & 1n) === 0n).map((name) => `CAP_${name}`);
}
