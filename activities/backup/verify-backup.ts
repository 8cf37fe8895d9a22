import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RestoredSnapshot, VerifiedBackup } from '../../domain/backup/backup-view.ts';
import { NotSimulatedError } from '../simulator/errors.ts';
import { simulatedEtcdVersion } from '../simulator/etcd-snapshots.ts';
import type { OpenRequest } from './open-backup.ts';
import { readBackup, type ReadBackup } from './read-backup.ts';
import { restoreThrowaway, type EtcdTools } from './throwaway-etcd.ts';

/**
 * Reads a backup to its end and checks all of it; with `restore`, has an etcd of its own serve its snapshot.
 * @throws what openBackup throws, EtcdToolsMissingError
 */
export async function verifyBackup(
  request: OpenRequest & {
    /** Of the object. */
    readonly bytes: number;
    /** undefined: nothing is restored. */
    readonly restore: ((kubernetesVersion: string) => EtcdTools) | undefined;
    readonly signal: AbortSignal;
    readonly onPhase: (phase: string) => void;
  },
): Promise<VerifiedBackup> {
  const { restore, signal, onPhase, where } = request;
  const startedAt = performance.now();
  onPhase(`reading and checking ${where}`);
  if (restore === undefined) return toVerified(await readBackup(request), request.bytes, startedAt);
  // Only the worker's user may enter it: the snapshot holds the cluster's Secrets.
  const folder = await mkdtemp(join(tmpdir(), 'slipway-verify-'));
  try {
    const snapshot = join(folder, 'snapshot.db');
    const file = await open(snapshot, 'wx', 0o600);
    const read = await keepOpen(file, () => readBackup({ ...request, onSnapshot: (chunk) => file.writeFile(chunk) }));
    const verified = toVerified(read, request.bytes, startedAt);
    const { etcd: expected, kubernetesVersion } = read.manifest;
    if (expected.version === simulatedEtcdVersion) throw new NotSimulatedError(expected.machine, 'its backup is right, and no real etcd can restore it');
    onPhase(`restoring ${where} into an etcd of its own`);
    const restored: RestoredSnapshot = await restoreThrowaway({ snapshot, folder, tools: restore(kubernetesVersion), expected, where, signal });
    return { ...verified, restored };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function keepOpen<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}

function toVerified({ manifest }: ReadBackup, bytes: number, startedAt: number): VerifiedBackup {
  const { id, etcd, createdAt, parts } = manifest;
  return { id, bytes, etcd, createdAt, parts: parts.map(({ path, bytes: size }) => ({ path, bytes: size })), checkedInMs: Math.round(performance.now() - startedAt) };
}
