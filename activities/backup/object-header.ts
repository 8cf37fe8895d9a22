import { createHash } from 'node:crypto';
import { BACKUP_FORMAT_VERSION, type BackupHeader } from '../../domain/backup/backup-manifest.ts';
import { parseJson } from '../store/store-json.ts';
import { headerSchema, headerVersionSchema } from './backup-schemas.ts';
import { BackupDamagedError, BackupTruncatedError, BackupVersionError } from './errors.ts';

/** Magic (8) · length of the header (4, big-endian) · header (JSON, UTF-8). What follows is sealed. */
const MAGIC = Buffer.from('SLWYBKP\n');
const PREFIX_BYTES = MAGIC.length + 4;

/** So much from the beginning of an object holds its header; a destination reads no more to list it. */
export const HEADER_LIMIT_BYTES = 16 * 1024;

/** The object's beginning, and what every sealed chunk is bound to. */
export function encodeHeader(header: BackupHeader): { readonly bytes: Buffer; readonly context: Buffer } {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  const bytes = Buffer.concat([MAGIC, length, json]);
  if (bytes.length > HEADER_LIMIT_BYTES) throw new RangeError(`the header of backup ${header.id} takes ${bytes.length} bytes; ${HEADER_LIMIT_BYTES} are read`);
  return { bytes, context: contextOf(bytes) };
}

/**
 * Reads the header from the beginning of an object. It is in clear, and only what opens under it proves it.
 * @param where names the object, for messages
 * @throws BackupTruncatedError, BackupDamagedError, BackupVersionError
 */
export function decodeHeader(beginning: Buffer, where: string): { readonly header: BackupHeader; readonly length: number; readonly context: Buffer } {
  if (!beginning.subarray(0, MAGIC.length).equals(MAGIC.subarray(0, Math.min(MAGIC.length, beginning.length)))) throw new BackupDamagedError(where, 'this is no backup of Slipway');
  if (beginning.length < PREFIX_BYTES) throw new BackupTruncatedError(where);
  const length = PREFIX_BYTES + beginning.readUInt32BE(MAGIC.length);
  if (length > HEADER_LIMIT_BYTES) throw new BackupDamagedError(where, 'its header is longer than any header is');
  if (beginning.length < length) throw new BackupTruncatedError(where);
  const bytes = beginning.subarray(0, length);
  const value = parseJson(bytes.subarray(PREFIX_BYTES));
  const { formatVersion = BACKUP_FORMAT_VERSION } = headerVersionSchema.safeParse(value).data ?? {};
  if (formatVersion > BACKUP_FORMAT_VERSION) throw new BackupVersionError(where, formatVersion, BACKUP_FORMAT_VERSION);
  const header = headerSchema.safeParse(value);
  if (!header.success) throw new BackupDamagedError(where, 'its header is not one that this Slipway knows');
  return { header: header.data, length, context: contextOf(bytes) };
}

function contextOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
