import type { Check } from './wrong.ts';

const TYPES = new Set([
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
]);
const EXPECTED = 'write one line of a public key file: "ssh-ed25519 AAAA… comment"';
const MIN_RSA_BITS = 2048;

/** The length-prefixed fields of an SSH key blob; undefined when it is cut off. */
const readFields = (blob: Uint8Array): readonly Uint8Array[] | undefined => {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const fields: Uint8Array[] = [];
  let position = 0;
  while (position < blob.length) {
    if (position + 4 > blob.length) return undefined;
    const end = position + 4 + view.getUint32(position);
    if (end > blob.length) return undefined;
    fields.push(blob.subarray(position + 4, end));
    position = end;
  }
  return fields;
};

const decode = (base64: string): Uint8Array | undefined => {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
};

const countBits = (integer: Uint8Array): number => {
  const start = integer.findIndex((byte) => byte !== 0);
  const first = integer[start];
  return first === undefined ? 0 : (integer.length - start - 1) * 8 + (32 - Math.clz32(first));
};

/** A public key as it stands in authorized_keys. The caller must not echo the value: people paste private keys. */
export const checkPublicKey: Check<string> = (line) => {
  if (line.includes('PRIVATE KEY')) return { reason: 'Forbidden', message: 'is a private key', expected: EXPECTED };
  const [type = '', base64 = ''] = line.trim().split(/\s+/);
  if (line.includes('\n') || !TYPES.has(type)) return { message: 'is not an SSH public key', expected: EXPECTED };
  const fields = readFields(decode(base64) ?? new Uint8Array());
  const named = fields?.[0] === undefined ? '' : new TextDecoder().decode(fields[0]);
  if (fields === undefined || named !== type || fields.length < 2) {
    return { message: 'is not a complete SSH public key', expected: EXPECTED };
  }
  const modulus = type === 'ssh-rsa' ? fields[2] : undefined;
  if (type === 'ssh-rsa' && countBits(modulus ?? new Uint8Array()) < MIN_RSA_BITS) {
    return { message: `is an RSA key of fewer than ${MIN_RSA_BITS} bits`, expected: 'use an Ed25519 key' };
  }
  return undefined;
};
