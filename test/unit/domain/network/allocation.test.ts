import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  fixedAddresses,
  hostPortRange,
  listPortCandidates,
  listSubnetCandidates,
  nextAddresses,
  withoutOverlaps,
} from '../../../../domain/network/allocation.ts';
import { networksOverlap, parseIpv4Network } from '../../../../domain/network/ipv4.ts';

const seed = 'fa9d3c1e-3d8c-4d5e-9a41-1f1a7f4b9d11';

describe('subnets', () => {
  test('a seed always gives the same order, of distinct /24 outside of the usual networks', () => {
    const candidates = listSubnetCandidates(seed);
    expect(candidates).toEqual(listSubnetCandidates(seed));
    expect(candidates[0]).toMatch(/^172\.30\.\d+\.0\/24$/);
    expect(new Set(candidates).size).toBe(42 * 256);
    expect(withoutOverlaps(candidates, ['10.96.0.0/12', '10.244.0.0/16', '192.168.0.0/16', '172.17.0.0/16'])).toEqual(candidates);
  });

  test('different seeds begin at different places', () => {
    const starts = new Set(Array.from({ length: 64 }, (_, index) => listSubnetCandidates(`${seed}-${index}`)[0]));
    expect(starts.size).toBeGreaterThan(40);
  });

  test('a network in use takes out all that it overlaps, whichever is the larger', () => {
    expect(withoutOverlaps(['172.30.4.0/24', '172.30.5.0/24', '10.201.0.0/24'], ['172.30.4.128/25', '10.0.0.0/8'])).toEqual(['172.30.5.0/24']);
    expect(withoutOverlaps(['172.30.4.0/24'], ['0.0.0.0/0'])).toEqual([]);
  });

  test('no candidate that is left overlaps what is taken (property)', () => {
    const network = fc
      .tuple(fc.constantFrom('172.30', '172.29', '10.201', '10.220', '192.168'), fc.nat(255), fc.nat(255), fc.integer({ min: 8, max: 32 }))
      .map(([pool, third, fourth, prefix]) => `${pool}.${third}.${fourth}/${prefix}`);
    const candidates = listSubnetCandidates(seed).slice(0, 600);
    fc.assert(
      fc.property(fc.array(network, { maxLength: 12 }), (taken) => {
        const left = withoutOverlaps(candidates, taken);
        const overlapping = (candidate: string): boolean =>
          taken.some((other) => networksOverlap(parseIpv4Network(candidate), parseIpv4Network(other)));
        expect(left).toEqual(candidates.filter((candidate) => !overlapping(candidate)));
      }),
      { numRuns: 50 },
    );
  });

  test('gateway and load balancer have fixed places', () => {
    expect(fixedAddresses('172.30.4.0/24')).toEqual({ gateway: '172.30.4.1', loadBalancerAddress: '172.30.4.2' });
  });
});

describe('addresses of Machines', () => {
  test('are the lowest free ones from .10 upwards', () => {
    expect(nextAddresses({ subnet: '172.30.4.0/24', taken: [], count: 3 })).toEqual(['172.30.4.10', '172.30.4.11', '172.30.4.12']);
    expect(nextAddresses({ subnet: '172.30.4.0/24', taken: ['172.30.4.10', '172.30.4.12'], count: 2 })).toEqual(['172.30.4.11', '172.30.4.13']);
  });

  test('end with the subnet: fewer come back than were asked for', () => {
    const all = nextAddresses({ subnet: '172.30.4.0/24', taken: [], count: 1000 });
    expect([all.length, all.at(-1)]).toEqual([245, '172.30.4.254']);
    expect(nextAddresses({ subnet: '172.30.4.0/24', taken: all.slice(1), count: 2 })).toEqual(['172.30.4.10']);
    expect(nextAddresses({ subnet: '172.30.4.0/24', taken: all, count: 1 })).toEqual([]);
  });

  test('are never one in use, and never twice the same (property)', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 10, max: 254 })), fc.nat(20), (used, count) => {
        const taken = used.map((last) => `172.30.4.${last}`);
        const next = nextAddresses({ subnet: '172.30.4.0/24', taken, count });
        expect(new Set([...next, ...taken]).size).toBe(next.length + taken.length);
        expect(next).toHaveLength(Math.min(count, 245 - taken.length));
      }),
    );
  });
});

test('ports are tried all once, below every ephemeral range', () => {
  const candidates = listPortCandidates(seed);
  expect(candidates).toEqual(listPortCandidates(seed));
  expect([...candidates].sort((a, b) => a - b)).toEqual(
    Array.from({ length: hostPortRange.last - hostPortRange.first + 1 }, (_, index) => hostPortRange.first + index),
  );
  expect(hostPortRange.last).toBeLessThan(30_000);
});
