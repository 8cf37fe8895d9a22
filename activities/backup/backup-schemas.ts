import { z } from 'zod';
import { isBackupId } from '../../domain/backup/backup-id.ts';
import { BACKUP_FORMAT_VERSION, BACKUP_PARTS, type BackupHeader, type BackupManifest, type BackupSecrets } from '../../domain/backup/backup-manifest.ts';
import type { ClusterRevision } from '../store/cluster-revisions.ts';

/** What is read from a backup, checked: it comes from outside, and may have been written by another version. */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const identity = z.object({ installation: z.string(), name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/), uid: z.string().regex(/^[a-z0-9-]{1,63}$/) });
const snapshot = z.object({
  version: z.string(),
  machine: z.string(),
  revision: z.number().int().nonnegative(),
  hash: z.string(),
  totalKeys: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  sha256,
});
const common = {
  formatVersion: z.literal(BACKUP_FORMAT_VERSION),
  id: z.string().refine(isBackupId),
  cluster: identity,
  createdAt: z.number(),
  kubernetesVersion: z.string(),
  etcd: snapshot,
};

/** Read before the rest: a later version may have any other fields. */
export const headerVersionSchema = z.looseObject({ formatVersion: z.number().int() });

export const headerSchema: z.ZodType<BackupHeader> = z.object({
  ...common,
  origin: z.enum(['scheduled', 'manual']),
  writtenBy: z.string(),
  compression: z.literal('zstd'),
  recipient: z.object({ keyId: z.string().regex(/^[0-9a-f]{16}$/), sealedKey: z.string() }),
});

/** What is inside `desired` and the Machines was checked when it came in, and is only carried here. */
const manifestEnvelope = z.looseObject({
  ...common,
  host: z.string(),
  allocation: z.looseObject({ host: z.string(), subnet: z.string(), gateway: z.string(), loadBalancerAddress: z.string(), apiServerHostPort: z.number() }),
  endpoint: z.string(),
  machines: z.array(z.looseObject({ name: z.string(), uid: z.string(), address: z.string(), sshPort: z.number() })),
  desired: z.looseObject({ name: z.string() }),
  revision: z.number().int(),
  recordVersion: z.number().int(),
  clusterCreatedAt: z.number(),
  sayings: z.looseObject({}).exactOptional(),
  parts: z.array(z.object({ path: z.enum(BACKUP_PARTS), bytes: z.number().int().nonnegative(), sha256 })),
});

export function isBackupManifest(value: unknown): value is BackupManifest {
  return manifestEnvelope.safeParse(value).success;
}

const keyPair = z.object({ certificatePem: z.string(), privateKeyPem: z.string() });
const sshKey = z.object({ privateKey: z.string(), publicKey: z.string() });
const texts = z.record(z.string(), z.string());

export const secretsSchema: z.ZodType<BackupSecrets> = z.object({
  pki: z.object({ ca: keyPair, frontProxyCa: keyPair, etcdCa: keyPair, serviceAccount: z.object({ privateKeyPem: z.string(), publicKeyPem: z.string() }) }),
  ssh: sshKey,
  hostKeys: z.record(z.string(), sshKey),
  interned: texts,
  delivered: texts,
});

const revisionsEnvelope = z.array(z.looseObject({ revision: z.number().int(), desired: z.looseObject({ name: z.string() }), actor: z.string(), reason: z.string(), at: z.number() }));

export function areRevisions(value: unknown): value is readonly ClusterRevision[] {
  return revisionsEnvelope.safeParse(value).success;
}
