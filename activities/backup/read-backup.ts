import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { BackupManifest, BackupSecrets } from '../../domain/backup/backup-manifest.ts';
import type { ClusterRevision } from '../store/cluster-revisions.ts';
import { parseJson } from '../store/store-json.ts';
import { areRevisions, secretsSchema } from './backup-schemas.ts';
import { BackupDamagedError } from './errors.ts';
import { openBackup, type OpenRequest } from './open-backup.ts';

/** etcd appends the SHA-256 of a snapshot to it. */
const HASH_BYTES = 32;

/** A backup that was read to its end and found right. */
export type ReadBackup = { readonly manifest: BackupManifest; readonly revisions: readonly ClusterRevision[]; readonly secrets: BackupSecrets };

/**
 * Reads all of a backup, whose two large parts go where the caller wants them, or nowhere. What was
 * handed on is to be used only when this has resolved: then every check has passed, etcd's own hash included.
 */
export async function readBackup(
  request: OpenRequest & {
    readonly onSnapshot?: (chunk: Buffer) => Promise<void>;
    readonly onFiles?: (chunk: Buffer) => Promise<void>;
  },
): Promise<ReadBackup> {
  const { where } = request;
  const { manifest, parts } = await openBackup(request);
  let [revisions, secrets]: [readonly ClusterRevision[] | undefined, BackupSecrets | undefined] = [undefined, undefined];
  for await (const { part, content } of parts) {
    switch (part.path) {
      case 'revisions.json': {
        const value = parseJson(await buffer(content));
        revisions = areRevisions(value) ? value : undefined;
        break;
      }
      case 'secrets.json':
        secrets = secretsSchema.safeParse(parseJson(await buffer(content))).data;
        break;
      case 'control-plane-files.tar':
        await forEach(content, request.onFiles);
        break;
      case 'etcd-snapshot.db':
        await checkSnapshot(content, part.bytes, { where, onChunk: request.onSnapshot });
        break;
    }
  }
  if (revisions === undefined || secrets === undefined) throw new BackupDamagedError(where, 'revisions or secrets are not of a form that this Slipway knows');
  return { manifest, revisions, secrets };
}

async function forEach(content: AsyncIterable<Buffer>, onChunk: ((chunk: Buffer) => Promise<void>) | undefined): Promise<void> {
  for await (const chunk of content) await onChunk?.(chunk);
}

/** As `etcdutl snapshot restore` checks it, without a file. */
async function checkSnapshot(content: AsyncIterable<Buffer>, bytes: number, options: { readonly where: string; readonly onChunk: ((chunk: Buffer) => Promise<void>) | undefined }): Promise<void> {
  const hash = createHash('sha256');
  const appended: Buffer[] = [];
  let at = 0;
  for await (const chunk of content) {
    const data = Math.max(0, Math.min(chunk.length, bytes - HASH_BYTES - at));
    hash.update(chunk.subarray(0, data));
    // A copy: even an empty view would keep all of its chunk in memory.
    if (data < chunk.length) appended.push(Buffer.from(chunk.subarray(data)));
    at += chunk.length;
    await options.onChunk?.(chunk);
  }
  // Pages of etcd's database are whole multiples of 512 bytes.
  const hasHash = bytes % 512 === HASH_BYTES;
  if (!hasHash || !hash.digest().equals(Buffer.concat(appended))) throw new BackupDamagedError(options.where, "etcd's own hash of the snapshot is another one");
}
