import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  KeyObject,
} from 'node:crypto';

/**
 * What passes between a CLI and a worker by way of Temporal, whose histories anybody with
 * access can read: only the holder of the private key opens it. It hides, it does not vouch
 * for who sent it: anybody who has the public key can seal.
 *
 * Layout: magic (4) · recipient id (8) · ephemeral X25519 public key (32) · tag (16) · ciphertext.
 * Key and nonce come from HKDF-SHA256 over the shared secret, salted with both public keys. The
 * ephemeral key is used for one box, so the nonce need not be random. Everything before the tag,
 * and the context, is bound as additional data.
 */
const MAGIC = Buffer.from('SLS1');
const RECIPIENT_ID_BYTES = 8;
const PUBLIC_KEY_BYTES = 32;
const TAG_BYTES = 16;
const HEADER_BYTES = MAGIC.length + RECIPIENT_ID_BYTES + PUBLIC_KEY_BYTES;
const CIPHER = 'aes-256-gcm';

/** A box that cannot be opened, or a key that is none. Its message never holds content or key material. */
export class SealedBoxError extends Error {
  override readonly name = 'SealedBoxError';
}

export type SealingKeyPair = {
  /** 32 bytes, base64url. May be shown to anybody. */
  readonly publicKey: string;
  /** PKCS #8, base64. */
  readonly privateKey: string;
};

/** A new X25519 key pair; the CLI makes one for each answer that it asks for. */
export function createSealingKeyPair(): SealingKeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    publicKey: exportPublicKey(publicKey).toString('base64url'),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  };
}

/** The public key that belongs to a private one, in the form that `seal` takes. */
export function sealingPublicKey(privateKey: string | KeyObject): string {
  return exportPublicKey(createPublicKey(readPrivateKey(privateKey))).toString('base64url');
}

/**
 * Encrypts to a public key. `context` names the place that the box is for ("manifest/demo"):
 * a box moved elsewhere does not open there. Returns base64; the length of the text shows.
 * @throws SealedBoxError where `publicKey` is no X25519 key.
 */
export function seal(publicKey: string, plain: Uint8Array | string, context: string): string {
  const recipient = readPublicKey(publicKey);
  const recipientBytes = exportPublicKey(recipient);
  const ephemeral = generateKeyPairSync('x25519');
  const ephemeralBytes = exportPublicKey(ephemeral.publicKey);
  const header = Buffer.concat([MAGIC, recipientId(recipientBytes), ephemeralBytes]);
  const { key, nonce } = deriveKey({
    privateKey: ephemeral.privateKey,
    publicKey: recipient,
    salt: Buffer.concat([ephemeralBytes, recipientBytes]),
  });
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(Buffer.concat([header, Buffer.from(context)]));
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([header, cipher.getAuthTag(), ciphertext]).toString('base64');
}

/**
 * Opens what `seal` made for this key and this context.
 * @throws SealedBoxError where it is no box, is for another key, was altered, or is for another context.
 */
export function unseal(privateKey: string | KeyObject, sealed: string, context: string): Uint8Array {
  const own = readPrivateKey(privateKey);
  const ownBytes = exportPublicKey(createPublicKey(own));
  const box = Buffer.from(sealed, 'base64');
  if (box.length < HEADER_BYTES + TAG_BYTES || !box.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new SealedBoxError('this is not a sealed box that this version of Slipway knows; seal the value again');
  }
  const header = box.subarray(0, HEADER_BYTES);
  const addressee = header.subarray(MAGIC.length, MAGIC.length + RECIPIENT_ID_BYTES);
  const ownId = recipientId(ownBytes);
  if (!addressee.equals(ownId)) {
    throw new SealedBoxError(
      `the value was sealed to key ${addressee.toString('hex')}, not to key ${ownId.toString('hex')}; ` +
        'ask for the current public key and seal it again',
    );
  }
  const ephemeralBytes = header.subarray(MAGIC.length + RECIPIENT_ID_BYTES);
  try {
    const { key, nonce } = deriveKey({
      privateKey: own,
      publicKey: readPublicKey(ephemeralBytes.toString('base64url')),
      salt: Buffer.concat([ephemeralBytes, ownBytes]),
    });
    const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.concat([header, Buffer.from(context)]));
    decipher.setAuthTag(box.subarray(HEADER_BYTES, HEADER_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(box.subarray(HEADER_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    // The library's own error says less, and must not be trusted to hold no input.
    throw new SealedBoxError(
      `the sealed value for ${context} was altered or was sealed for another place; seal it again`,
    );
  }
}

function deriveKey(exchange: {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly salt: Uint8Array;
}): { readonly key: Buffer; readonly nonce: Buffer } {
  const secret = agree(exchange);
  const derived = Buffer.from(hkdfSync('sha256', secret, exchange.salt, 'slipway sealed box 1', 32 + 12));
  return { key: derived.subarray(0, 32), nonce: derived.subarray(32) };
}

/** OpenSSL refuses the few points with which every private key agrees on the same, known secret. */
function agree(pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }): Buffer {
  try {
    return diffieHellman({ privateKey: pair.privateKey, publicKey: pair.publicKey });
  } catch {
    throw new SealedBoxError('the public key to seal to gives no secret; ask for the current public key');
  }
}

function exportPublicKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}

function recipientId(publicKey: Uint8Array): Buffer {
  return createHash('sha256').update(publicKey).digest().subarray(0, RECIPIENT_ID_BYTES);
}

function readPublicKey(publicKey: string): KeyObject {
  try {
    return createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'X25519', x: publicKey } });
  } catch {
    throw new SealedBoxError('the public key to seal to is not an X25519 key of 32 bytes in base64url');
  }
}

function readPrivateKey(privateKey: string | KeyObject): KeyObject {
  if (privateKey instanceof KeyObject) return privateKey;
  try {
    return createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  } catch {
    throw new SealedBoxError('the private key to unseal with is not an X25519 key');
  }
}
