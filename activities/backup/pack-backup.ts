import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { pipeline, Readable } from 'node:stream';
import { createZstdCompress } from 'node:zlib';
import { pack, type Pack } from 'tar-stream';
import { seal } from '../../api/sealed-box.ts';
import type { BackupHeader, BackupManifest, BackupPart } from '../../domain/backup/backup-manifest.ts';
import type { BackupKey } from './backup-key.ts';
import { BackupDamagedError } from './errors.ts';
import { encodeHeader } from './object-header.ts';
import { createSealer } from './sealed-stream.ts';

/** Where a part's bytes come from: in pieces, of which the next is wanted when the promise of the one before has settled. */
export type PartSource = (onChunk: (chunk: Uint8Array) => Promise<void>) => Promise<void>;

export type PackedBackup = {
  /** The object; ends with an error where a part could not be had or was not what the manifest says. */
  readonly body: Readable;
  /** Settles when all parts have been read; rejects with what went wrong with the first that could not. */
  readonly done: Promise<void>;
};

export const sealedKeyContext = (id: string): string => `backup/${id}`;

/**
 * One backup as one stream: header, then tar → zstd → sealed chunks. Nothing is kept but the piece under
 * way. Each part is compared with the manifest's checksum on its way, so an object that has an end is
 * what the manifest says.
 */
export function packBackup(request: {
  readonly header: Omit<BackupHeader, 'recipient'>;
  readonly recipient: Pick<BackupKey, 'keyId' | 'publicKey'>;
  readonly manifest: BackupManifest;
  /** By path, for every part of the manifest. */
  readonly sources: Readonly<Record<BackupPart['path'], PartSource>>;
}): PackedBackup {
  const { recipient, manifest, sources } = request;
  const fileKey = randomBytes(32);
  const sealedKey = seal(recipient.publicKey, fileKey, sealedKeyContext(manifest.id));
  const { bytes, context } = encodeHeader({ ...request.header, recipient: { keyId: recipient.keyId, sealedKey } });

  const archive = pack();
  archive.on('error', () => undefined);
  const sealer = createSealer({ key: createSecretKey(fileKey), context });
  // Its error, and that of an archive which was given up, ends the body as well: nobody waits for this one.
  pipeline(Readable.from(archive), createZstdCompress(), sealer, () => undefined);
  const body = Readable.from(object(bytes, sealer), { objectMode: false });
  const done = fill(archive, manifest, sources).catch((error: unknown) => {
    const cause = error instanceof Error ? error : new Error(String(error));
    archive.destroy(cause);
    throw cause;
  });
  // Whoever stops reading lets go of the archive, and so of who fills it.
  body.once('close', () => archive.destroy());
  return { body, done };
}

async function* object(header: Buffer, sealed: Readable): AsyncGenerator<Buffer> {
  yield header;
  for await (const chunk of sealed) if (Buffer.isBuffer(chunk)) yield chunk;
}

async function fill(archive: Pack, manifest: BackupManifest, sources: Readonly<Record<BackupPart['path'], PartSource>>): Promise<void> {
  const text = Buffer.from(JSON.stringify(manifest));
  await addEntry(archive, { path: 'manifest.json', bytes: text.length }, async (onChunk) => onChunk(text));
  for (const part of manifest.parts) {
    const hash = createHash('sha256');
    await addEntry(archive, part, (onChunk) =>
      sources[part.path]((chunk) => {
        hash.update(chunk);
        return onChunk(chunk);
      }),
    );
    if (hash.digest('hex') !== part.sha256) throw new BackupDamagedError(`${part.path} of backup ${manifest.id}`, 'it was altered on its way');
  }
  archive.finalize();
}

async function addEntry(archive: Pack, { path, bytes }: { readonly path: string; readonly bytes: number }, source: PartSource): Promise<void> {
  let written = 0;
  const ended = Promise.withResolvers<undefined>();
  ended.promise.catch(() => undefined);
  const entry = archive.entry({ name: path, size: bytes, mode: 0o600 }, (error) => (error instanceof Error ? ended.reject(error) : ended.resolve(undefined)));
  // Told by the callback already; an error that nobody listens to would end the process.
  entry.on('error', () => undefined);
  const given = once(archive, 'close').then(() => {
    throw new Error(`nobody reads the backup any more; ${path} was not written`);
  });
  given.catch(() => undefined);
  await source(async (chunk) => {
    written += chunk.length;
    if (written > bytes) throw new BackupDamagedError(path, `it has more than the ${bytes} bytes that it had when it was measured`);
    if (!entry.write(chunk)) await Promise.race([once(entry, 'drain'), ended.promise, given]);
  });
  if (written !== bytes) throw new BackupDamagedError(path, `${written} of its ${bytes} bytes came`);
  entry.end(undefined);
  await Promise.race([ended.promise, given]);
}
