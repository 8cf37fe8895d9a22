import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** As long as Cluster API's machine-template-hash: enough to tell templates of one owner apart. */
const digits = 10;

/**
 * The same for the same value, whatever the order of its keys; what is undefined is as good as absent.
 * In plain JavaScript, because workflows have no node:crypto.
 * @returns ten hexadecimal digits of its SHA-256
 */
export function canonicalHash(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(sortKeys(value))))).slice(0, digits);
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value ?? null;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sortKeys(inner)]));
}
