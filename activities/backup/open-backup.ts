import { createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { pipeline, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createZstdDecompress } from 'node:zlib';
import { extract } from 'tar-stream';
import { SealedBoxError, unseal } from '../../api/sealed-box.ts';
import type { BackupHeader, BackupManifest, BackupPart } from '../../domain/backup/backup-manifest.ts';
import { parseJson } from '../store/store-json.ts';
import type { BackupKey } from './backup-key.ts';
import { isBackupManifest } from './backup-schemas.ts';
import { BackupDamagedError, BackupKeyError, BackupTruncatedError, ForeignBackupError } from './errors.ts';
import { decodeHeader, HEADER_LIMIT_BYTES } from './object-header.ts';
import { sealedKeyContext } from './pack-backup.ts';
import { createOpener } from './sealed-stream.ts';

type Entry = ReturnType<typeof extract> extends AsyncIterable<infer E> ? E : never;

export type OpenedBackup = {
  readonly header: BackupHeader;
  readonly manifest: BackupManifest;
  /**
   * The parts in their order, once. Each must be read to its end before the next; its last piece comes only when
   * length and checksum are those of the manifest. After the last one the object's end has been seen.
   */
  readonly parts: AsyncIterable<{ readonly part: BackupPart; readonly content: AsyncIterable<Buffer> }>;
};

export type OpenRequest = {
  readonly object: Readable;
  /** Names it in messages: "backup 20261121-144055-x7k2p9". */
  readonly where: string;
  readonly keys: readonly Pick<BackupKey, 'keyId' | 'privateKey'>[];
  /** Whose it must be; the UID where that very cluster is meant. */
  readonly expected?: { readonly name: string; readonly uid?: string; readonly id?: string };
};

/**
 * Opens a backup: header, key, manifest. What is in it comes piece by piece, and is used by nobody
 * before it has been found right.
 * @throws BackupTruncatedError, BackupDamagedError, BackupVersionError, BackupKeyError, ForeignBackupError
 */
export async function openBackup({ object, where, keys, expected }: OpenRequest): Promise<OpenedBackup> {
  const { beginning, rest } = await readBeginning(object);
  const { header, length, context } = decodeHeader(beginning, where);
  assertExpected(header, where, expected);
  const key = fileKey(header, keys, where);
  const archive = extract();
  const opener = createOpener({ key, context }, where);
  pipeline(joined(beginning.subarray(length), rest), opener, createZstdDecompress(), archive, () => undefined);
  const entries = readEntries(archive, opener, where);
  const first = await entries.next();
  if (first.done === true || first.value.header.name !== 'manifest.json') throw new BackupDamagedError(where, 'its manifest is missing');
  const manifest = parseJson(await buffer(first.value));
  if (!isBackupManifest(manifest)) throw new BackupDamagedError(where, 'its manifest is not one that this Slipway knows');
  assertAgree(header, manifest, where);
  return { header, manifest, parts: readParts(entries, manifest, where) };
}

async function* readParts(entries: AsyncGenerator<Entry>, manifest: BackupManifest, where: string) {
  for (const part of manifest.parts) {
    const next = await entries.next();
    if (next.done === true || next.value.header.name !== part.path) throw new BackupDamagedError(where, `${part.path} is missing`);
    yield { part, content: checked(next.value, part, where) };
  }
  if ((await entries.next()).done !== true) throw new BackupDamagedError(where, 'it has more parts than its manifest lists');
}

/** The last piece is held back until all is known to be right: whoever writes it away has no whole file before. */
async function* checked(entry: Entry, part: BackupPart, where: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let [bytes, held]: [number, Buffer | undefined] = [0, undefined];
  for await (const chunk of entry) {
    const piece = toBuffer(chunk);
    hash.update(piece);
    bytes += piece.length;
    if (held !== undefined) yield held;
    held = piece;
  }
  if (bytes !== part.bytes || hash.digest('hex') !== part.sha256) throw new BackupDamagedError(where, `${part.path} is not what the manifest says`);
  if (held !== undefined) yield held;
}

/** What the opener says is the reason; what the stages behind it say of that follows from it. */
async function* readEntries(archive: ReturnType<typeof extract>, opener: Readable, where: string): AsyncGenerator<Entry> {
  try {
    for await (const entry of archive) yield entry;
  } catch (error) {
    const cause = opener.errored ?? error;
    if (cause instanceof BackupTruncatedError || cause instanceof BackupDamagedError) throw cause;
    throw cause === opener.errored && cause instanceof Error ? cause : new BackupDamagedError(where, 'its archive cannot be read');
  }
}

/** At least as much as a header can take, where there is as much. */
async function readBeginning(object: Readable): Promise<{ readonly beginning: Buffer; readonly rest: AsyncIterator<unknown> }> {
  const rest: AsyncIterator<unknown> = object[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  for (let bytes = 0; bytes < HEADER_LIMIT_BYTES; ) {
    const next = await rest.next();
    if (next.done === true) break;
    const chunk = toBuffer(next.value);
    read.push(chunk);
    bytes += chunk.length;
  }
  return { beginning: Buffer.concat(read), rest };
}

async function* joined(beginning: Buffer, rest: AsyncIterator<unknown>): AsyncGenerator<Buffer> {
  try {
    yield beginning;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield toBuffer(next.value);
  } finally {
    // Given up in the middle, the object is let go of.
    await rest.return?.();
  }
}

function fileKey(header: BackupHeader, keys: OpenRequest['keys'], where: string): KeyObject {
  const { keyId, sealedKey } = header.recipient;
  const own = keys.find((key) => key.keyId === keyId);
  if (own === undefined) throw new BackupKeyError(where, keyId, keys.map((key) => key.keyId));
  try {
    return createSecretKey(unseal(own.privateKey, sealedKey, sealedKeyContext(header.id)));
  } catch (error) {
    if (error instanceof SealedBoxError) throw new BackupDamagedError(where, 'its header was altered');
    throw error;
  }
}

function assertExpected(header: BackupHeader, where: string, expected: OpenRequest['expected']): void {
  if (expected === undefined) return;
  const { name, uid } = header.cluster;
  if (name !== expected.name || (expected.uid !== undefined && uid !== expected.uid)) {
    throw new ForeignBackupError(where, `cluster ${name} (UID ${uid})`, `cluster ${expected.name}${expected.uid === undefined ? '' : ` (UID ${expected.uid})`}`);
  }
  if (expected.id !== undefined && header.id !== expected.id) throw new ForeignBackupError(where, `backup ${header.id}`, `backup ${expected.id}`);
}

/** The header is bound to the content, so this fails only for what was written wrong. */
function assertAgree(header: BackupHeader, manifest: BackupManifest, where: string): void {
  const agree = header.id === manifest.id && header.cluster.uid === manifest.cluster.uid && header.etcd.sha256 === manifest.etcd.sha256;
  if (!agree) throw new BackupDamagedError(where, 'header and manifest tell of different backups');
}

function toBuffer(chunk: unknown): Buffer {
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw new TypeError('a stream of bytes gave something else');
}
