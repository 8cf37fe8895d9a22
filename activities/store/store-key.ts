import { createPrivateKey, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { createSealingKeyPair } from '../../api/sealed-box.ts';
import { createFile, ensureFolder, hasCode } from './atomic-files.ts';
import { StoreKeyFileError } from './errors.ts';

/** Key objects and not bytes: what logs or serialises one by mistake shows nothing. */
export type StoreKey = {
  /** 16 hex digits; stands in front of every encrypted value, so that a key can be rotated. */
  readonly keyId: string;
  /** AES-256. */
  readonly encryptionKey: KeyObject;
  /** X25519. */
  readonly sealingPrivateKey: KeyObject;
};

const SCHEMA_VERSION = 1;

const fileSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  encryptionKey: z.base64().length(44),
  sealingPrivateKey: z.base64(),
});

/**
 * Reads the store's key from its file; makes both where there is none (0600, its folder 0700 when
 * new). Whoever has this file and the store can read every secret, and whoever loses it can read
 * none: it belongs in a backup, apart from the store.
 * @throws StoreKeyFileError where others may read it, or where it holds no key.
 */
export async function loadStoreKey(path: string): Promise<StoreKey> {
  const file = resolve(path);
  try {
    return decodeKey(file, (await readPrivateFile(file)) ?? (await createKeyFile(file)));
  } catch (error) {
    if (error instanceof StoreKeyFileError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreKeyFileError(`the store's key file ${file} cannot be read or made: ${reason}`, { cause: error });
  }
}

async function createKeyFile(file: string): Promise<string> {
  const content = `${JSON.stringify({
    schemaVersion: SCHEMA_VERSION,
    keyId: randomBytes(8).toString('hex'),
    encryptionKey: randomBytes(32).toString('base64'),
    sealingPrivateKey: createSealingKeyPair().privateKey,
  })}\n`;
  await ensureFolder(dirname(file));
  if (await createFile({ path: file, temporary: dirname(file), value: Buffer.from(content) })) return content;
  const winner = await readPrivateFile(file);
  if (winner !== undefined) return winner;
  throw new StoreKeyFileError(`the store's key file ${file} vanished while it was being made`);
}

/** Mode and content come from one open file: it cannot be swapped between the two. */
async function readPrivateFile(path: string): Promise<string | undefined> {
  let file;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    const { mode } = await file.stat();
    if ((mode & 0o077) !== 0) {
      throw new StoreKeyFileError(
        `the store's key file ${path} is open to other users (mode ${(mode & 0o777).toString(8).padStart(4, '0')}). ` +
          `Nothing was read. Run: chmod 600 ${path} – and think about who could have copied it.`,
      );
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function decodeKey(path: string, content: string): StoreKey {
  try {
    const key = fileSchema.parse(JSON.parse(content));
    const sealingPrivateKey = createPrivateKey({
      key: Buffer.from(key.sealingPrivateKey, 'base64'),
      format: 'der',
      type: 'pkcs8',
    });
    if (sealingPrivateKey.asymmetricKeyType !== 'x25519') throw new TypeError('not an X25519 key');
    return { keyId: key.keyId, encryptionKey: createSecretKey(key.encryptionKey, 'base64'), sealingPrivateKey };
  } catch {
    // No cause: the parsers' errors quote what they read.
    throw new StoreKeyFileError(
      `the store's key file ${path} holds no key that this Slipway knows. Nothing was changed. ` +
        'Restore it from a backup: a new key cannot read the secrets that are already stored.',
    );
  }
}
