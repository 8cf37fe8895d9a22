import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BackupKey } from '../../../activities/backup/backup-key.ts';
import { packBackup, type PartSource } from '../../../activities/backup/pack-backup.ts';
import { BACKUP_PARTS, type BackupHeader, type BackupManifest, type BackupPartPath, type BackupSecrets } from '../../../domain/backup/backup-manifest.ts';
import { parseGood } from '../api/support/parse-good.ts';
import { writeManifest } from '../api/support/small-manifest.ts';

export const sampleId = '20261121-144055-x7k2p9';

export type SampleParts = Readonly<Record<BackupPartPath, Buffer>>;

export const sampleParts = (snapshotBytes = 300_000): SampleParts => ({
  'revisions.json': Buffer.from('[]'),
  'secrets.json': Buffer.from(JSON.stringify({ canary: 'in the clear nowhere' })),
  'control-plane-files.tar': randomBytes(10_240),
  'etcd-snapshot.db': randomBytes(snapshotBytes),
});

const pair = { certificatePem: 'certificate', privateKeyPem: 'key' };
export const sampleSecrets: BackupSecrets = {
  pki: { ca: pair, frontProxyCa: pair, etcdCa: pair, serviceAccount: { privateKeyPem: 'key', publicKeyPem: 'public' } },
  ssh: { privateKey: 'key', publicKey: 'public' },
  hostKeys: { 'uid-1': { privateKey: 'key', publicKey: 'public' } },
  interned: { 'uid/abc': 'text' },
  delivered: {},
};
/** As etcd sends it: whole pages, and their SHA-256. */
export const etcdSnapshot = (pages: Buffer): Buffer => Buffer.concat([pages, createHash('sha256').update(pages).digest()]);
/** Of a backup that is right to its end, if the snapshot is. */
export const wholeParts = (snapshot: Buffer): SampleParts => ({ ...sampleParts(0), 'secrets.json': Buffer.from(JSON.stringify(sampleSecrets)), 'etcd-snapshot.db': snapshot });

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function describeSample(parts: SampleParts, changes: Partial<Pick<BackupHeader, 'id' | 'cluster' | 'createdAt' | 'origin'>> = {}) {
  const snapshot = parts['etcd-snapshot.db'];
  const shared = {
    formatVersion: 1,
    id: sampleId,
    cluster: { installation: 'test', name: 'demo', uid: 'uid-demo' },
    createdAt: Date.UTC(2026, 10, 21, 14, 40, 55),
    kubernetesVersion: 'v1.34.4',
    etcd: { version: '3.6.5', machine: 'demo-cp-1', revision: 1234, hash: 'fec1a3b2', totalKeys: 321, bytes: snapshot.length, sha256: sha256(snapshot) },
    ...changes,
  } as const;
  const { origin = 'manual', ...common } = { ...shared, ...changes };
  const header: Omit<BackupHeader, 'recipient'> = { ...common, origin, writtenBy: '0.0.0-test', compression: 'zstd' };
  const manifest: BackupManifest = {
    ...common,
    host: 'local',
    allocation: { host: 'local', subnet: '172.30.4.0/24', gateway: '172.30.4.1', loadBalancerAddress: '172.30.4.2', apiServerHostPort: 20_001 },
    endpoint: 'https://172.30.4.2:6443',
    machines: [],
    desired: parseGood(writeManifest()).cluster,
    revision: 1,
    recordVersion: 7,
    clusterCreatedAt: 0,
    parts: BACKUP_PARTS.map((path) => ({ path, bytes: parts[path].length, sha256: sha256(parts[path]) })),
  };
  return { header, manifest };
}

/** In pieces of that size, as a connection brings them. */
export const inPieces =
  (bytes: Buffer, size = 20_000): PartSource =>
  async (onChunk) => {
    for (let at = 0; at < bytes.length; at += size) await onChunk(bytes.subarray(at, at + size));
  };

export function sourcesOf(parts: SampleParts): Readonly<Record<BackupPartPath, PartSource>> {
  return {
    'revisions.json': inPieces(parts['revisions.json']),
    'secrets.json': inPieces(parts['secrets.json']),
    'control-plane-files.tar': inPieces(parts['control-plane-files.tar']),
    'etcd-snapshot.db': inPieces(parts['etcd-snapshot.db']),
  };
}

/** A whole object in memory. */
export async function sampleObject(key: BackupKey, parts: SampleParts = sampleParts(), changes: Parameters<typeof describeSample>[1] = {}): Promise<Buffer> {
  const packed = packBackup({ ...describeSample(parts, changes), recipient: key, sources: sourcesOf(parts) });
  const object = await buffer(packed.body);
  await packed.done;
  return object;
}

/** As a destination gives it back. */
export const streamOf = (object: Buffer, size = 10_000): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < object.length; at += size) yield object.subarray(at, at + size);
    })(),
  );
