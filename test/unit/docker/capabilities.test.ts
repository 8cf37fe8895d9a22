import { expect, test } from 'vitest';
import { missingCapabilities } from '../../../activities/docker/capabilities.ts';

const status = (bounding: string): string => `Name:\tcontainerd-shim\nCapEff:\t0000000000000000\nCapBnd:\t${bounding}\nCapAmb:\t0000000000000000\n`;

test.each([
  ['all of them', '000001ffffffffff', '40\n', []],
  ['the reference machine', '000001fffeffffff', '40\n', ['CAP_SYS_RESOURCE']],
  ['several', '000001fffedfffff', '40\n', ['CAP_SYS_ADMIN', 'CAP_SYS_RESOURCE']],
  ['an older kernel, which has no PERFMON, BPF and CHECKPOINT_RESTORE', '0000003fffffffff', '37\n', []],
  ['a kernel with capabilities that have no name yet', '000003ffffffffff', '41\n', []],
])('%s', (_, bounding, last, expected) => {
  expect(missingCapabilities(status(bounding), last)).toEqual(expected);
});

test.each([
  ['', '40\n'],
  ['cat: /proc/0/status: No such file or directory\n', '40\n'],
  [status('000001ffffffffff'), ''],
])('says nothing about what cannot be read', (text, last) => {
  expect(missingCapabilities(text, last)).toBeUndefined();
});
