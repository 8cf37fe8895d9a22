import { createHash } from 'node:crypto';
import { z } from 'zod';
import { createSealingKeyPair, sealingPublicKey } from '../../api/sealed-box.ts';
import { parseJson } from '../store/store-json.ts';

/** A key pair that backups are sealed to. */
export type BackupKey = {
  /** 16 hex digits of the public key's SHA-256. */
  readonly keyId: string;
  /** X25519, 32 bytes in base64url. */
  readonly publicKey: string;
  /** PKCS #8, base64. */
  readonly privateKey: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
};

/** What `slipway backup key export` writes: every key that a backup of this installation may need, the newest first. */
export type ExportedBackupKeys = { readonly kind: 'SlipwayBackupKeys'; readonly schemaVersion: 1; readonly installation: string; readonly keys: readonly BackupKey[] };

/** Not what was exported, or a part of it. */
export class BackupKeyFileError extends Error {
  override readonly name = 'BackupKeyFileError';
}

export function createBackupKey(now: number): BackupKey {
  const pair = createSealingKeyPair();
  return { keyId: backupKeyId(pair.publicKey), ...pair, createdAt: now };
}

/** As a sealed box names its recipient. */
export function backupKeyId(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex').slice(0, 16);
}

export const backupKeySchema = z.object({ keyId: z.string(), publicKey: z.string(), privateKey: z.string(), createdAt: z.number() });
const exportedSchema = z.object({ kind: z.literal('SlipwayBackupKeys'), schemaVersion: z.literal(1), installation: z.string(), keys: z.array(backupKeySchema).min(1) });

/**
 * The keys of an exported file. Each is checked to belong to the ID that it says: a wrong one would only show once all is lost.
 * @throws BackupKeyFileError; its message quotes nothing of the file
 */
export function parseExportedKeys(text: string): ExportedBackupKeys {
  const parsed = exportedSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new BackupKeyFileError('that is not a file that slipway backup key export wrote');
  const wrong = parsed.data.keys.find((key) => !belongsTogether(key));
  if (wrong !== undefined) throw new BackupKeyFileError(`the private key that the file calls ${wrong.keyId} is another one: the file was altered`);
  return parsed.data;
}

function belongsTogether({ keyId, publicKey, privateKey }: BackupKey): boolean {
  try {
    return sealingPublicKey(privateKey) === publicKey && backupKeyId(publicKey) === keyId;
  } catch {
    return false;
  }
}
