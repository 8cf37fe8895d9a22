import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';

export type SshKey = {
  /** An OpenSSH private key file ("BEGIN OPENSSH PRIVATE KEY"), as ssh2 and sshd read it. */
  readonly privateKey: string;
  /** One line, "ssh-ed25519 AAAA… comment": for authorized_keys or known_hosts. */
  readonly publicKey: string;
};

export type SshHostKey = SshKey & {
  /** "SHA256:…", as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
};

const KEY_TYPE = 'ssh-ed25519';
const MAGIC = 'openssh-key-v1\0';
/** Without encryption the format pads to eight bytes. */
const BLOCK_BYTES = 8;
const PEM_COLUMNS = 70;

/**
 * A new ed25519 key: short, made in no time, and with no parameters to get wrong.
 *
 * The file is put together here, after OpenSSH's PROTOCOL.key, because ssh2 1.17's own
 * generateKeyPairSync drops leading zero bytes of the public key (mscdex/ssh2#1513): one key in
 * about 250 could then be read by nobody, and its Machine never be reached.
 */
export function createSshKey(comment: string): SshKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { d: seed = '', x: point = '' } = privateKey.export({ format: 'jwk' });
  const publicPoint = Buffer.from(point, 'base64url');
  const publicBlob = Buffer.concat([field(KEY_TYPE), field(publicPoint)]);
  // The same number twice: with a passphrase it would tell whether the right one was given.
  const check = randomBytes(4);
  const secret = Buffer.concat([
    check,
    check,
    publicBlob,
    field(Buffer.concat([Buffer.from(seed, 'base64url'), publicPoint])),
    field(comment),
  ]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, -secret.length & (BLOCK_BYTES - 1));
  const file = Buffer.concat([
    Buffer.from(MAGIC),
    field('none'),
    field('none'),
    field(''),
    count(1),
    field(publicBlob),
    field(Buffer.concat([secret, padding])),
  ]);
  return {
    privateKey: encodePem(file),
    publicKey: `${KEY_TYPE} ${publicBlob.toString('base64')} ${comment}`,
  };
}

/** OpenSSH's fingerprint of a public key line. */
export function sshFingerprint(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** SSH's "string": its length in four bytes, then its bytes. */
function field(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([count(bytes.length), bytes]);
}

function count(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function encodePem(file: Uint8Array): string {
  const lines = Buffer.from(file).toString('base64').match(new RegExp(`.{1,${PEM_COLUMNS}}`, 'g')) ?? [];
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}
