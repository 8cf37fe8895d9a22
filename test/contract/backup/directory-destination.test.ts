import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { createDirectoryDestination } from '../../../activities/backup/directory-destination.ts';
import { describeDestination } from './destination.contract.ts';

const { signal } = new AbortController();
const quiet = { signal, onProgress: (): void => undefined };
const root = mkdtempSync(join(tmpdir(), 'slipway-backups-'));
const object = (bytes = 1000) => Readable.from([randomBytes(bytes)]);

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a directory', () => {
  describeDestination(async () => createDirectoryDestination({ path: join(root, 'contract'), create: true }));

  test('keeps what is in it from others', async () => {
    const path = join(root, 'private');
    await createDirectoryDestination({ path, create: true }).put('demo/uid/1', object(), quiet);
    const modes = [path, join(path, 'demo'), join(path, 'demo/uid/1')].map((part) => (statSync(part).mode & 0o777).toString(8));
    expect(modes).toEqual(['700', '700', '600']);
  });

  test('that has vanished is said to be missing, and not made again', async () => {
    const path = join(root, 'mounted');
    mkdirSync(path);
    const destination = createDirectoryDestination({ path, create: false });
    await destination.put('demo/uid/1', object(), quiet);
    rmSync(path, { recursive: true });
    for (const attempt of [() => destination.put('demo/uid/2', object(), quiet), () => destination.list('demo/', signal), () => destination.open('demo/uid/1', signal)]) {
      await expect(attempt()).rejects.toMatchObject({ name: 'BackupDestinationMissingError', message: expect.stringContaining(path) });
    }
    expect(readdirSync(root)).not.toContain('mounted');
  });

  test('clears away what was begun long ago and never finished', async () => {
    const path = join(root, 'abandoned');
    const destination = createDirectoryDestination({ path, create: true });
    await destination.put('demo/uid/1', object(), quiet);
    const [old, young] = ['old', 'young'].map((name) => join(path, '.incomplete', name));
    if (old === undefined || young === undefined) throw new Error('two files');
    for (const file of [old, young]) writeFileSync(file, 'half');
    utimesSync(old, 1, 1);
    expect(await destination.removeAbandoned(Date.now() - 60_000, signal)).toBe(1);
    expect(readdirSync(join(path, '.incomplete'))).toEqual(['young']);
    expect((await destination.list('', signal)).map(({ key }) => key)).toEqual(['demo/uid/1']);
  });

  test('a full disk fails the backup, leaves nothing of it, and keeps the one before', async () => {
    const path = join(root, 'small');
    mkdirSync(path);
    mount(['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path]);
    try {
      const destination = createDirectoryDestination({ path, create: false });
      await destination.put('demo/uid/1', object(300_000), quiet);
      await expect(destination.put('demo/uid/2', Readable.from(Array.from({ length: 20 }, () => randomBytes(100_000))), quiet)).rejects.toMatchObject({
        name: 'BackupDestinationFullError',
        message: expect.stringContaining('unharmed'),
      });
      expect(await destination.list('demo/', signal)).toEqual([{ key: 'demo/uid/1', bytes: 300_000 }]);
      expect(readdirSync(join(path, '.incomplete'))).toEqual([]);
    } finally {
      spawnSync('umount', [path]);
    }
  });

  test('that may not be written to says so, and can be read', async () => {
    const path = join(root, 'read-only');
    mkdirSync(path);
    mount(['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', path]);
    try {
      const destination = createDirectoryDestination({ path, create: false });
      await expect(destination.put('demo/uid/1', object(), quiet)).rejects.toMatchObject({ name: 'BackupCredentialsError' });
      expect(await destination.list('demo/', signal)).toEqual([]);
    } finally {
      spawnSync('umount', [path]);
    }
  });
});

function mount(args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', [...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`a file system of a megabyte is needed, and root to mount it: ${stderr}`);
}
