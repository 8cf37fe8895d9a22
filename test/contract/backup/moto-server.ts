import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { partDir } from '../../../node-image/tool-paths.mjs';

const version = '5.2.5';

export type MotoServer = {
  /** "http://127.0.0.1:PORT" */
  readonly endpoint: string;
  readonly createBucket: (bucket: string) => Promise<void>;
  /** A key that may do everything with S3; from the first one on no other is taken. */
  readonly createAccessKey: () => Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string }>;
  /** It looks for a signature in a header alone: one in a URL ends in an error of its own. */
  readonly withoutSignatures: (work: () => Promise<void>) => Promise<void>;
  readonly stop: () => Promise<void>;
};

/**
 * moto, which speaks S3 and checks signatures, on a free port of loopback: a real server for the real
 * client. It comes from the Python package index into the cache the first time.
 */
export async function startMotoServer(): Promise<MotoServer> {
  const python = ensureMoto();
  const port = await freePort();
  const child = spawn(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  for (let waited = 0; ; waited += 100) {
    if (child.exitCode !== null || waited > 60_000) throw new Error(`moto did not start: exit code ${child.exitCode}`);
    if (await answers(endpoint)) break;
    await delay(100);
  }
  const ask = async (service: string, path: string, init: RequestInit): Promise<string> => {
    // Only says which service is meant: signatures are checked from resetAuth on.
    const authorization = `AWS4-HMAC-SHA256 Credential=setup/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`;
    const answer = await fetch(`${endpoint}${path}`, { ...init, headers: { authorization } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`moto answered ${answer.status}: ${text}`);
    return text;
  };
  const iam = (parameters: Record<string, string>) => ask('iam', '/', { method: 'POST', body: new URLSearchParams({ Version: '2010-05-08', ...parameters }) });
  const checkSignatures = (isOn: boolean) => ask('s3', '/moto-api/reset-auth', { method: 'POST', body: isOn ? '0' : 'inf' });

  return {
    endpoint,
    createBucket: async (bucket) => {
      await checkSignatures(false);
      await ask('s3', `/${bucket}`, { method: 'PUT' });
      await checkSignatures(true);
    },
    createAccessKey: async () => {
      await checkSignatures(false);
      await iam({ Action: 'CreateUser', UserName: 'backups' });
      const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['s3:*'], Resource: '*' }] });
      await iam({ Action: 'PutUserPolicy', UserName: 'backups', PolicyName: 'all', PolicyDocument: policy });
      const answer = await iam({ Action: 'CreateAccessKey', UserName: 'backups' });
      await checkSignatures(true);
      const read = (tag: string): string => new RegExp(`<${tag}>(.*?)</${tag}>`).exec(answer)?.[1] ?? '';
      return { accessKeyId: read('AccessKeyId'), secretAccessKey: read('SecretAccessKey') };
    },
    withoutSignatures: async (work) => {
      await checkSignatures(false);
      await work();
      await checkSignatures(true);
    },
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** A Python that has moto. @throws Error saying what is missing */
function ensureMoto(): string {
  const folder = partDir({ part: 'moto', version });
  const python = join(folder, 'bin', 'python');
  if (existsSync(join(folder, 'complete'))) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  run('python3', ['-m', 'venv', folder], 'Python 3 with its venv module is needed to run the S3 server of the tests');
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `moto[server,s3]==${version}`], 'the package index has no moto, or cannot be reached');
  writeFileSync(join(folder, 'complete'), '');
  return python;
}

function run(command: string, args: readonly string[], why: string): void {
  const { status, stderr, error } = spawnSync(command, [...args], { encoding: 'utf8', timeout: 300_000 });
  if (status !== 0) throw new Error(`${why}: ${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
}

async function answers(endpoint: string): Promise<boolean> {
  try {
    return (await fetch(`${endpoint}/moto-api/`)).status < 500;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no TCP port is free');
  return address.port;
}
