import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSealingKeyPair, seal, SealedBoxError, sealingPublicKey, unseal } from '../../../api/sealed-box.ts';

const keys = createSealingKeyPair();
const CANARY = 'canary-51e0b7';

/** The error that opening must end with; its message may name anything but content and keys. */
function refusal(open: () => unknown): Error {
  try {
    open();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    for (const secret of [CANARY, keys.privateKey]) {
      if (inspect(error).includes(secret)) throw new Error('the refusal shows a secret', { cause: error });
    }
    return error;
  }
  throw new Error('it opened');
}

test('what was sealed is what is unsealed, for any bytes and any context', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.string(), (plain, context) => {
      expect([...unseal(keys.privateKey, seal(keys.publicKey, plain, context), context)]).toEqual([...plain]);
    }),
  );
});

test('text is sealed as UTF-8', () => {
  const sealed = seal(keys.publicKey, 'grüße 🔑', 'greeting');
  expect(Buffer.from(unseal(keys.privateKey, sealed, 'greeting')).toString('utf8')).toBe('grüße 🔑');
});

test('a box shows neither content nor context, and no two are alike', () => {
  const [one, other] = [seal(keys.publicKey, CANARY, 'place'), seal(keys.publicKey, CANARY, 'place')];
  expect(one).not.toBe(other);
  expect(one).toMatch(/^[A-Za-z0-9+/]+=*$/);
  expect(Buffer.from(one, 'base64').includes(CANARY)).toBe(false);
  expect(Buffer.from(one, 'base64').includes('place')).toBe(false);
});

test('no single changed byte gets through', () => {
  const sealed = Buffer.from(seal(keys.publicKey, CANARY, 'place'), 'base64');
  for (let index = 0; index < sealed.length; index += 1) {
    const altered = Buffer.from(sealed);
    altered[index] = (altered[index] ?? 0) ^ 0x01;
    expect(refusal(() => unseal(keys.privateKey, altered.toString('base64'), 'place'))).toBeInstanceOf(SealedBoxError);
  }
});

test('no shortened or lengthened box gets through', () => {
  const sealed = Buffer.from(seal(keys.publicKey, CANARY, 'place'), 'base64');
  for (let length = 0; length < sealed.length; length += 1) {
    const shortened = sealed.subarray(0, length).toString('base64');
    expect(refusal(() => unseal(keys.privateKey, shortened, 'place'))).toBeInstanceOf(SealedBoxError);
  }
  const lengthened = Buffer.concat([sealed, Buffer.alloc(1)]).toString('base64');
  expect(refusal(() => unseal(keys.privateKey, lengthened, 'place'))).toBeInstanceOf(SealedBoxError);
});

test('a box for another place does not open, and the error names the place', () => {
  const sealed = seal(keys.publicKey, CANARY, 'kubeconfig/demo');
  const error = refusal(() => unseal(keys.privateKey, sealed, 'manifest/demo'));
  expect(error.message).toBe(
    'the sealed value for manifest/demo was altered or was sealed for another place; seal it again',
  );
});

test('a box for another key says so', () => {
  const sealed = seal(createSealingKeyPair().publicKey, CANARY, 'place');
  expect(refusal(() => unseal(keys.privateKey, sealed, 'place')).message).toMatch(
    /^the value was sealed to key [0-9a-f]{16}, not to key [0-9a-f]{16}; ask for the current public key/,
  );
});

test('anything may be given as a box', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String()), (sealed) => {
      expect(refusal(() => unseal(keys.privateKey, sealed, 'place'))).toBeInstanceOf(SealedBoxError);
    }),
  );
});

test.each(['', 'x', CANARY, Buffer.alloc(31).toString('base64url'), Buffer.alloc(33).toString('base64url')])(
  'refuses the public key %j',
  (publicKey) => {
    expect(refusal(() => seal(publicKey, CANARY, 'place'))).toBeInstanceOf(SealedBoxError);
  },
);

test('refuses a public key that gives away every secret', () => {
  // The point of order 1: any private key makes the same shared secret with it.
  expect(() => seal(Buffer.alloc(32).toString('base64url'), CANARY, 'place')).toThrow(SealedBoxError);
});

test('refuses a private key that is none', () => {
  const sealed = seal(keys.publicKey, CANARY, 'place');
  expect(refusal(() => unseal(CANARY, sealed, 'place'))).toBeInstanceOf(SealedBoxError);
});

test('the public key follows from the private one', () => {
  expect(sealingPublicKey(keys.privateKey)).toBe(keys.publicKey);
  expect(Buffer.from(keys.publicKey, 'base64url')).toHaveLength(32);
});
