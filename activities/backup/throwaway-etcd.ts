import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { SnapshotFacts } from '../../domain/backup/backup-manifest.ts';
import type { RestoredSnapshot } from '../../domain/backup/backup-view.ts';
import { BackupDamagedError } from './errors.ts';
import { lastLines } from '../last-lines.ts';

const run = promisify(execFile);
const startTimeoutMs = 60_000;

/** Programs of one release of etcd on this host. */
export type EtcdTools = { readonly etcd: string; readonly etcdctl: string; readonly etcdutl: string };

/** This host has no etcd to restore into. */
export class EtcdToolsMissingError extends Error {
  override readonly name = 'EtcdToolsMissingError';
}

const statusSchema = z.object({ hash: z.number(), revision: z.number(), totalKey: z.number() });
const endpointSchema = z.array(z.object({ Status: z.object({ version: z.string(), header: z.object({ revision: z.number() }) }) })).min(1);

/**
 * Restores a snapshot into an etcd of its own, which then has to serve it. It listens on sockets in
 * `folder` alone, which only the worker's user may enter: what is in a cluster is not for everybody on
 * this host. Nothing of it runs on afterwards.
 * @throws EtcdToolsMissingError, BackupDamagedError
 */
export async function restoreThrowaway(request: {
  readonly snapshot: string;
  /** Private and empty; what is left in it is the caller's to remove. */
  readonly folder: string;
  readonly tools: EtcdTools;
  readonly expected: SnapshotFacts;
  readonly where: string;
  readonly signal: AbortSignal;
}): Promise<RestoredSnapshot> {
  const { snapshot, folder, tools, expected, where, signal } = request;
  for (const tool of [tools.etcd, tools.etcdctl, tools.etcdutl]) {
    if (!existsSync(tool)) throw new EtcdToolsMissingError(`${tool} is not on this host: there is no etcd ${expected.version} to restore into. Nothing was changed. Run: slipway setup`);
  }
  const options = { cwd: folder, signal, maxBuffer: 16 * 1024 * 1024 };
  const refused = (what: string) => (error: unknown) => {
    signal.throwIfAborted();
    throw new BackupDamagedError(where, `${what}: ${lastLines(stderrOf(error), 3)}`);
  };
  const startedAt = performance.now();
  const { stdout } = await run(tools.etcdutl, ['snapshot', 'status', snapshot, '-w', 'json'], options).catch(refused('etcdutl cannot read the snapshot'));
  const status = statusSchema.parse(JSON.parse(stdout));
  const hash = status.hash.toString(16).padStart(8, '0');
  if (hash !== expected.hash || status.revision !== expected.revision) {
    throw new BackupDamagedError(where, `etcd counts revision ${status.revision} and hash ${hash}, the backup says ${expected.revision} and ${expected.hash}`);
  }
  const member = ['--name=verify', '--data-dir=data', '--initial-cluster=verify=unix://peer:1'];
  await run(tools.etcdutl, ['snapshot', 'restore', snapshot, ...member, '--initial-advertise-peer-urls=unix://peer:1'], options).catch(refused('etcdutl cannot restore it'));
  const etcd = await startEtcd(tools.etcd, folder, member);
  try {
    const served = await untilServing({ etcd, tools, folder, signal, where });
    if (served.header.revision !== expected.revision) throw new BackupDamagedError(where, `the restored etcd is at revision ${served.header.revision}, the backup at ${expected.revision}`);
    await run(tools.etcdctl, ['--endpoints=unix://client:1', 'get', '/', '--prefix', '--keys-only', '--limit=1'], options).catch(refused('the restored etcd gives no keys'));
    return { etcdVersion: served.version, revision: served.header.revision, totalKeys: status.totalKey, restoredInMs: Math.round(performance.now() - startedAt) };
  } finally {
    await stop(etcd);
  }
}

async function startEtcd(program: string, cwd: string, member: readonly string[]): Promise<ChildProcess> {
  const log = await open(join(cwd, 'etcd.log'), 'a');
  try {
    const client = ['--listen-client-urls=unix://client:1', '--advertise-client-urls=unix://client:1'];
    return spawn(program, [...member, ...client, '--listen-peer-urls=unix://peer:1', '--initial-advertise-peer-urls=unix://peer:1'], { cwd, stdio: ['ignore', log.fd, log.fd] });
  } finally {
    await log.close();
  }
}

async function untilServing(request: { readonly etcd: ChildProcess; readonly tools: EtcdTools; readonly folder: string; readonly signal: AbortSignal; readonly where: string }) {
  const { etcd, tools, folder, signal, where } = request;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(startTimeoutMs)]);
  for (;;) {
    signal.throwIfAborted();
    if (etcd.exitCode !== null || limit.aborted) throw new BackupDamagedError(where, `the restored etcd does not serve (${etcd.exitCode === null ? `not within ${startTimeoutMs / 1000} s` : `it ended with exit code ${etcd.exitCode}`})`);
    try {
      const { stdout } = await run(tools.etcdctl, ['--endpoints=unix://client:1', '--command-timeout=2s', 'endpoint', 'status', '-w', 'json'], { cwd: folder, signal: limit });
      const [first] = endpointSchema.parse(JSON.parse(stdout));
      if (first !== undefined) return first.Status;
    } catch {
      await sleep(100);
    }
  }
}

async function stop(etcd: ChildProcess): Promise<void> {
  if (etcd.exitCode !== null || etcd.signalCode !== null) return;
  const exited = new Promise((resolve) => etcd.once('exit', resolve));
  etcd.kill('SIGKILL');
  await exited;
}

function stderrOf(error: unknown): string {
  if (error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' && error.stderr !== '') return error.stderr;
  return error instanceof Error ? error.message : String(error);
}
