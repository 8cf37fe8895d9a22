import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIpv4, networksOverlap, parseIpv4, parseIpv4Network } from '../../../../domain/network/ipv4.ts';

test('every address reads back as it was written (property)', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(formatIpv4(parseIpv4(address))).toBe(address);
    }),
  );
  expect(parseIpv4('255.255.255.255')).toBe(2 ** 32 - 1);
});

test.each(['', '1.2.3', '1.2.3.4.5', '256.0.0.1', '01.2.3.4', '1.2.3.-4', '1.2.3.4 ', '::1', '1e1.0.0.0'])('"%s" is no address', (text) => {
  expect(() => parseIpv4(text)).toThrow(RangeError);
});

test.each(['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8x', 'fd00::/8'])('"%s" is no network', (text) => {
  expect(() => parseIpv4Network(text)).toThrow(RangeError);
});

test('host bits are cut off', () => {
  expect(parseIpv4Network('172.30.4.200/24')).toEqual({ base: parseIpv4('172.30.4.0'), prefix: 24, size: 256 });
  expect(parseIpv4Network('0.0.0.0/0').size).toBe(2 ** 32);
});

test.each([
  ['10.0.0.0/8', '10.255.255.255/32', true],
  ['10.0.0.0/8', '11.0.0.0/8', false],
  ['172.30.4.0/24', '172.30.4.0/24', true],
  ['172.30.4.0/24', '172.30.5.0/24', false],
  ['0.0.0.0/0', '192.0.2.0/24', true],
])('%s and %s overlap: %s', (a, b, expected) => {
  expect(networksOverlap(parseIpv4Network(a), parseIpv4Network(b))).toBe(expected);
  expect(networksOverlap(parseIpv4Network(b), parseIpv4Network(a))).toBe(expected);
});
