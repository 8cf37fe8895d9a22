import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { buildTarArchive, type ArchiveEntry } from '../../../activities/docker/tar-archive.ts';

function list(entries: readonly ArchiveEntry[], ...options: readonly string[]): string {
  return execFileSync('tar', ['-xOf', '-', ...options], { input: buildTarArchive(entries) }).toString('utf8');
}

test('tar lists what was put in, with modes, owners and sizes', () => {
  const archive = buildTarArchive([
    { path: '/root/.ssh', mode: 0o700 },
    { path: '/root/.ssh/authorized_keys', mode: 0o600, content: 'key\n' },
    { path: '/run/shared', mode: 0o1777 },
  ]);
  const lines = execFileSync('tar', ['-tvf', '-', '--numeric-owner', '--utc', '--full-time'], { input: archive }).toString('utf8');
  expect(lines.split('\n').map((line) => line.replaceAll(/\s+/g, ' '))).toEqual([
    'drwx------ 0/0 0 1970-01-01 00:00:00 root/.ssh/',
    '-rw------- 0/0 4 1970-01-01 00:00:00 root/.ssh/authorized_keys',
    'drwxrwxrwt 0/0 0 1970-01-01 00:00:00 run/shared/',
    '',
  ]);
});

test.each([0, 1, 511, 512, 513, 10_000])('a file of %i bytes comes out as it went in', (size) => {
  const content = 'é'.repeat(size / 2).padEnd(size / 2, 'x');
  const entries = [
    { path: '/a', mode: 0o644, content },
    { path: '/b', mode: 0o644, content: 'after' },
  ];
  expect(list(entries, 'a')).toBe(content);
  expect(list(entries, 'b')).toBe('after');
});

test('a path that would not fit is refused, not cut off', () => {
  expect(() => buildTarArchive([{ path: `/${'x'.repeat(101)}`, mode: 0o644, content: '' }])).toThrow(RangeError);
});
