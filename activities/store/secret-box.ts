import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { sealingPublicKey, unseal } from '../../api/sealed-box.ts';
import { SecretBoxError } from './errors.ts';
import type { StoreKey } from './store-key.ts';

/** Encrypts what the store keeps, opens what was sealed to it. */
export type SecretBox = {
  /** What others seal to (see api/sealed-box.ts). */
  readonly publicKey: string;
  /** `context` is the record's key: a value copied under another key does not open there. */
  encrypt(plain: Uint8Array | string, context: string): Uint8Array;
  /** @throws SecretBoxError */
  decrypt(box: Uint8Array, context: string): Buffer;
  /** @throws SealedBoxError */
  unseal(sealed: string, context: string): Uint8Array;
  /**
   * The same content gives the same 64 hex digits, under this store's key alone: without the key
   * nobody can try guesses against it, as they could with a plain hash.
   */
  fingerprint(plain: Uint8Array | string): string;
};

/** Layout: magic (4) · key ID (8) · nonce (12) · tag (16) · ciphertext. */
const MAGIC = Buffer.from('SLX1');
const KEY_ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const PREFIX_BYTES = MAGIC.length + KEY_ID_BYTES;
const HEADER_BYTES = PREFIX_BYTES + NONCE_BYTES + TAG_BYTES;
const CIPHER = 'aes-256-gcm';

/** AES-256-GCM with random nonces: safe for 2³² values under one key, far above what a store holds. */
export function createSecretBox(key: StoreKey): SecretBox {
  const prefix = Buffer.concat([MAGIC, Buffer.from(key.keyId, 'hex')]);
  const additionalData = (context: string): Buffer => Buffer.concat([prefix, Buffer.from(context)]);
  const fingerprintKey = Buffer.from(
    hkdfSync('sha256', key.encryptionKey, new Uint8Array(), 'slipway fingerprint 1', 32),
  );
  return {
    publicKey: sealingPublicKey(key.sealingPrivateKey),
    encrypt(plain, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key.encryptionKey, nonce);
      cipher.setAAD(additionalData(context));
      const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([prefix, nonce, cipher.getAuthTag(), ciphertext]);
    },
    decrypt(box, context) {
      const bytes = Buffer.from(box);
      assertOwnBox(bytes, { keyId: key.keyId, context });
      try {
        const nonce = bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + NONCE_BYTES);
        const decipher = createDecipheriv(CIPHER, key.encryptionKey, nonce, { authTagLength: TAG_BYTES });
        decipher.setAAD(additionalData(context));
        decipher.setAuthTag(bytes.subarray(PREFIX_BYTES + NONCE_BYTES, HEADER_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(HEADER_BYTES)), decipher.final()]);
      } catch {
        throw new SecretBoxError(
          `the secret ${context} was altered, or copied there from another place. Restore it from a copy of the store.`,
        );
      }
    },
    unseal: (sealed, context) => unseal(key.sealingPrivateKey, sealed, context),
    fingerprint: (plain) => createHmac('sha256', fingerprintKey).update(plain).digest('hex'),
  };
}

function assertOwnBox(bytes: Buffer, expected: { readonly keyId: string; readonly context: string }): void {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new SecretBoxError(`the secret ${expected.context} is not an encrypted value that this Slipway knows`);
  }
  const keyId = bytes.subarray(MAGIC.length, PREFIX_BYTES).toString('hex');
  if (keyId !== expected.keyId) {
    throw new SecretBoxError(
      `the secret ${expected.context} was encrypted with key ${keyId}; the key file holds key ${expected.keyId}. ` +
        'Start the worker with the key file that belongs to this store.',
    );
  }
}
