import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createSealingKeyPair, unseal } from '../../../api/sealed-box.ts';
import { readSealedText, sealText } from '../../../api/sealed-text.ts';

const { publicKey, privateKey } = createSealingKeyPair();
const roundTrip = (text: string): string => readSealedText(unseal(privateKey, sealText(publicKey, text, 'manifest'), 'manifest'));

test.each(['', 'a password', '{"söng": "100%"}', 'line\n'.repeat(100_000)])('a text comes out as it went in: %#', (text) => {
  expect(roundTrip(text)).toBe(text);
});

test('the manifest of a network add-on is sealed into a fraction of its size', () => {
  const text = Array.from({ length: 5000 }, (_, index) => `                      description: field ${index} of a custom resource\n`).join('');
  expect(text.length).toBeGreaterThan(300_000);
  expect(sealText(publicKey, text, 'manifest').length).toBeLessThan(60_000);
});

test('what would fill the memory is not unpacked', () => {
  expect(() => readSealedText(gzipSync(Buffer.alloc(64 * 1024 * 1024)))).toThrow(RangeError);
});
