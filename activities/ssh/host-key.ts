import { createHash } from 'node:crypto';

/** The one host key type that Slipway makes, pins and offers. */
export const HOST_KEY_TYPE = 'ssh-ed25519';

/** Length-prefixed type name (4 + 11 bytes) and length-prefixed key (4 + 32), RFC 8709. */
const ED25519_BLOB_LENGTH = 51;

export type PinnedHostKey = {
  /** The key as it goes over the wire; equality of these bytes is what pinning means. */
  readonly blob: Buffer;
  /** As OpenSSH prints it: "SHA256:…", unpadded base64. */
  readonly fingerprint: string;
};

/** Fingerprint of a host key's wire format, as `ssh-keygen -l` prints it. */
export function fingerprintOf(blob: Uint8Array): string {
  const digest = createHash('sha256').update(blob).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/** Reads a public key line ("ssh-ed25519 AAAA… comment"). Throws RangeError for anything else. */
export function parsePinnedHostKey(line: string): PinnedHostKey {
  const [type, encoded] = line.trim().split(/\s+/);
  const blob = Buffer.from(encoded ?? '', 'base64');
  const namesItself = blob.subarray(4, 4 + HOST_KEY_TYPE.length).toString('latin1') === HOST_KEY_TYPE;
  if (type !== HOST_KEY_TYPE || blob.length !== ED25519_BLOB_LENGTH || !namesItself) {
    throw new RangeError(`a pinned host key must be a public key line of type ${HOST_KEY_TYPE}`);
  }
  return { blob, fingerprint: fingerprintOf(blob) };
}
