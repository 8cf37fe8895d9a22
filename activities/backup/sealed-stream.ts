import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { BackupDamagedError, BackupTruncatedError } from './errors.ts';

/**
 * A stream of any length under one key that is used for it alone, in chunks of which each is
 * authenticated, its place and whether it is the last one included (the STREAM construction: nonce =
 * number of the chunk, then 1 for the last one). So nothing can be changed, left out, repeated, put in
 * another order or cut off unseen, and no more than two chunks are in memory.
 */
const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES;
const CIPHER = 'aes-256-gcm';

type StreamKey = {
  /** AES-256; of this one stream. */
  readonly key: KeyObject;
  /** Bound to every chunk: what stands in front of the stream. */
  readonly context: Uint8Array;
};

/** Plain bytes in, sealed chunks out. */
export function createSealer(streamKey: StreamKey): Transform {
  return chunked(CHUNK_BYTES, (plain, index, isLast) => {
    const cipher = createCipheriv(CIPHER, streamKey.key, nonce(index, isLast));
    cipher.setAAD(streamKey.context);
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  });
}

/**
 * The way back; a chunk is handed on once it is known to be right. @param where names the object, for messages.
 * Fails with BackupTruncatedError where the end is missing, with BackupDamagedError otherwise.
 */
export function createOpener(streamKey: StreamKey, where: string): Transform {
  return chunked(SEALED_BYTES, (sealed, index, isLast) => {
    const opened = open(streamKey, sealed, nonce(index, isLast));
    if (opened !== undefined) return opened;
    // A chunk that would be right in the middle stands at the end: what followed it is missing.
    if (isLast && open(streamKey, sealed, nonce(index, false)) !== undefined) throw new BackupTruncatedError(where);
    if (isLast) throw new BackupDamagedError(where, 'its last chunk was altered or cut off');
    throw new BackupDamagedError(where, `chunk ${index} was altered`);
  });
}

/** Cuts what comes into pieces of that size; the last one, which may be empty, is known by the end. */
function chunked(size: number, convert: (chunk: Buffer, index: number, isLast: boolean) => Buffer): Transform {
  const waiting = new ByteQueue();
  let index = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      guard(callback, () => {
        waiting.push(chunk);
        // One byte more than a chunk shows that it is not the last one.
        while (waiting.length > size) this.push(convert(waiting.take(size), index++, false));
      });
    },
    flush(callback) {
      guard(callback, () => {
        this.push(convert(waiting.take(waiting.length), index, true));
      });
    },
  });
}

class ByteQueue {
  #pieces: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  take(count: number): Buffer {
    const all = this.#pieces.length === 1 && this.#pieces[0] !== undefined ? this.#pieces[0] : Buffer.concat(this.#pieces);
    this.#pieces = count === all.length ? [] : [all.subarray(count)];
    this.#length -= count;
    return all.subarray(0, count);
  }
}

function guard(callback: TransformCallback, work: () => void): void {
  try {
    work();
  } catch (error) {
    return callback(error instanceof Error ? error : new Error(String(error)));
  }
  callback();
}

function open({ key, context }: StreamKey, sealed: Buffer, iv: Buffer): Buffer | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  try {
    const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(context);
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function nonce(index: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(index, 7);
  bytes.writeUInt8(isLast ? 1 : 0, 11);
  return bytes;
}
