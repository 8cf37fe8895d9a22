import { gunzipSync, gzipSync } from 'node:zlib';
import { LIMITS } from './limits.ts';
import { seal } from './sealed-box.ts';

/** A manifest of a network add-on is hundreds of KiB and shrinks to a tenth: Temporal takes 2 MiB in all. */
const COMPRESS_FROM = 8 * 1024;
/** No UTF-8 text begins like this, so what was compressed is known by its beginning. */
const GZIP = Buffer.from([0x1f, 0x8b]);

/** As `seal`, for texts of any length. */
export const sealText = (publicKey: string, text: string, context: string): string =>
  seal(publicKey, Buffer.byteLength(text) < COMPRESS_FROM ? text : gzipSync(text), context);

/** The text that `sealText` was given, from what its box holds. @throws RangeError where it is larger than any manifest. */
export const readSealedText = (bytes: Uint8Array): string => {
  const opened = Buffer.from(bytes);
  const isCompressed = opened.subarray(0, GZIP.length).equals(GZIP);
  return (isCompressed ? gunzipSync(opened, { maxOutputLength: LIMITS.manifestBytes }) : opened).toString('utf8');
};
