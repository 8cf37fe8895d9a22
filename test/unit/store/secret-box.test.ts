import { join } from 'node:path';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { seal, SealedBoxError } from '../../../api/sealed-box.ts';
import { SecretBoxError } from '../../../activities/store/errors.ts';
import { createSecretBox, type SecretBox } from '../../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';

const CANARY = 'canary-b20f6e';
let box: SecretBox;
let foreign: SecretBox;

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-box-'));
  box = createSecretBox(await loadStoreKey(join(folder, 'own.json')));
  foreign = createSecretBox(await loadStoreKey(join(folder, 'foreign.json')));
  await rm(folder, { recursive: true });
});

function refusal(open: () => unknown): Error {
  try {
    open();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (inspect(error).includes(CANARY)) throw new Error('the refusal shows its content', { cause: error });
    return error;
  }
  throw new Error('it opened');
}

test('what was encrypted is what is decrypted', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.string(), (plain, context) => {
      expect([...box.decrypt(box.encrypt(plain, context), context)]).toEqual([...plain]);
    }),
  );
});

test('a box shows nothing of its content, and no two are alike', () => {
  const [one, other] = [Buffer.from(box.encrypt(CANARY, 'k')), Buffer.from(box.encrypt(CANARY, 'k'))];
  expect(one.equals(other)).toBe(false);
  expect(one.includes(CANARY)).toBe(false);
});

test('no changed byte, no missing byte and no added byte gets through', () => {
  const encrypted = Buffer.from(box.encrypt(CANARY, 'k'));
  for (let index = 0; index < encrypted.length; index += 1) {
    const altered = Buffer.from(encrypted);
    altered[index] = (altered[index] ?? 0) ^ 0x80;
    expect(refusal(() => box.decrypt(altered, 'k'))).toBeInstanceOf(SecretBoxError);
    expect(refusal(() => box.decrypt(encrypted.subarray(0, index), 'k'))).toBeInstanceOf(SecretBoxError);
  }
  expect(refusal(() => box.decrypt(Buffer.concat([encrypted, Buffer.alloc(1)]), 'k'))).toBeInstanceOf(SecretBoxError);
});

test('a value that was moved to another key does not open there', () => {
  const error = refusal(() => box.decrypt(box.encrypt(CANARY, 'clusters/a/secrets/ssh'), 'clusters/b/secrets/ssh'));
  expect(error.message).toBe(
    'the secret clusters/b/secrets/ssh was altered, or copied there from another place. ' +
      'Restore it from a copy of the store.',
  );
});

test('a value of another store key says which key it wants', () => {
  const error = refusal(() => box.decrypt(foreign.encrypt(CANARY, 'k'), 'k'));
  expect(error.message).toMatch(
    /^the secret k was encrypted with key [0-9a-f]{16}; the key file holds key [0-9a-f]{16}/,
  );
});

test('equal content has equal fingerprints under one key alone', () => {
  expect(box.fingerprint(CANARY)).toMatch(/^[0-9a-f]{64}$/);
  expect(box.fingerprint(CANARY)).toBe(box.fingerprint(Buffer.from(CANARY)));
  expect(box.fingerprint(CANARY)).not.toBe(box.fingerprint(`${CANARY} `));
  expect(box.fingerprint(CANARY)).not.toBe(foreign.fingerprint(CANARY));
});

test('opens what was sealed to its public key', () => {
  const sealed = seal(box.publicKey, CANARY, 'manifest');
  expect(Buffer.from(box.unseal(sealed, 'manifest')).toString('utf8')).toBe(CANARY);
  expect(() => foreign.unseal(sealed, 'manifest')).toThrow(SealedBoxError);
  expect(() => box.unseal(sealed, 'kubeconfig')).toThrow(SealedBoxError);
});

test('a box that is logged by mistake shows no key', () => {
  expect(inspect(box, { depth: 9, showHidden: true })).not.toMatch(/Buffer|Uint8Array/);
});
