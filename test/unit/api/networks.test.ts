import { assert, integer, property, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkPodNetworkSize,
  formatNetwork,
  overlaps,
  parseNetwork,
  type Network,
} from '../../../api/validation/networks.ts';

const anyNetwork = tuple(integer({ min: 0, max: 2 ** 32 - 1 }), integer({ min: 0, max: 32 })).map(
  ([address, prefix]): Network => ({ address: Math.floor(address / 2 ** (32 - prefix)) * 2 ** (32 - prefix), prefix }),
);

/** The bits in front of the prefix, as text: two networks overlap when one's are the beginning of the other's. */
const leadingBits = ({ address, prefix }: Network): string => address.toString(2).padStart(32, '0').slice(0, prefix);

describe('networks', () => {
  test('are read as they are written', () => {
    const isStable = property(anyNetwork, (network) => {
      expect(parseNetwork(formatNetwork(network))).toEqual(network);
    });
    expect(() => assert(isStable)).not.toThrow();
  });

  test.for([
    '',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0/8',
    '1.2.3.4.5/8',
    '0x10.0.0.0/8',
    ' 10.0.0.0/8',
    '10.0.0.0/8 ',
    '010.0.0.0/8',
    '256.0.0.0/8',
    '::/0',
  ])('%j is none', (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });

  test('overlap when one lies in the other, whichever comes first', () => {
    const isPrefix = property(anyNetwork, anyNetwork, (a, b) => {
      const [left, right] = [leadingBits(a), leadingBits(b)];
      expect(overlaps(a, b)).toBe(left.startsWith(right) || right.startsWith(left));
      expect(overlaps(b, a)).toBe(overlaps(a, b));
    });
    expect(() => assert(isPrefix, { numRuns: 500 })).not.toThrow();
  });

  test('of pods: the prefix length that is proposed is right, and the next longer one is not', () => {
    const isProposed = property(integer({ min: 1, max: 100 }), integer({ min: 20, max: 30 }), (machines, nodeMask) => {
      const at = (prefix: number) => checkPodNetworkSize({ network: { address: 0, prefix }, nodeMask, machines });
      const proposed = Number(/\/(\d+)/.exec(at(nodeMask + 1)?.expected ?? '')?.[1]);
      expect(at(proposed)).toBeUndefined();
      expect(at(proposed + 1)).toBeDefined();
    });
    expect(() => assert(isProposed)).not.toThrow();
  });
});
