import { gunzipSync } from 'node:zlib';
import { LIMITS } from './limits.ts';
import { decodeBase64 } from './provided-data.ts';

export const ENCODINGS = ['', 'base64', 'gzip', 'gzip+base64'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** The bytes of a file as the manifest or a Secret holds them; undefined: they are not encoded so, or are too many. */
export const decodeContent = (bytes: Uint8Array, encoding: Encoding): Uint8Array | undefined => {
  const isBase64 = encoding === 'base64' || encoding === 'gzip+base64';
  const decoded = isBase64 ? decodeBase64(Buffer.from(bytes).toString('latin1')) : bytes;
  const isCompressed = encoding === 'gzip' || encoding === 'gzip+base64';
  return decoded !== undefined && isCompressed ? unpack(decoded) : decoded;
};

const unpack = (bytes: Uint8Array): Uint8Array | undefined => {
  try {
    return new Uint8Array(gunzipSync(bytes, { maxOutputLength: LIMITS.clusterBytes }));
  } catch {
    // The library's message says nothing that a user could act on.
    return undefined;
  }
};
