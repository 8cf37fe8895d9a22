import { copyFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { backupKeyOf, createBackupCatalog, type BackupCatalog } from '../../../activities/backup/backup-catalog.ts';
import { createBackupKey } from '../../../activities/backup/backup-key.ts';
import { createDirectoryDestination } from '../../../activities/backup/directory-destination.ts';
import { sampleObject, sampleParts, streamOf } from './sample-backup.ts';

const { signal } = new AbortController();
const key = createBackupKey(0);
const demo = { installation: 'test', name: 'demo', uid: 'uid-demo' };
let folder: string;
let catalog: BackupCatalog;

const put = async (id: string, createdAt: number, cluster = demo): Promise<string> => {
  const object = await sampleObject(key, sampleParts(1000), { id, createdAt, cluster });
  const destination = createDirectoryDestination({ path: folder, create: true });
  await destination.put(backupKeyOf(cluster, id), streamOf(object), { signal, onProgress: () => undefined });
  return join(folder, backupKeyOf(cluster, id));
};
const ids = async () => (await catalog.list({ name: 'demo' }, signal)).backups.map(({ id }) => id);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-catalog-'));
  catalog = createBackupCatalog(createDirectoryDestination({ path: folder, create: true }));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('backups', () => {
  test('are listed by cluster, the newest first, those of an earlier cluster of the name as well', async () => {
    await put('20261121-100000-aaaaaa', 1);
    await put('20261121-120000-aaaaaa', 3);
    await put('20261121-110000-aaaaaa', 2, { ...demo, uid: 'uid-before' });
    await put('20261121-130000-aaaaaa', 4, { ...demo, name: 'demo-2' });
    expect(await ids()).toEqual(['20261121-120000-aaaaaa', '20261121-110000-aaaaaa', '20261121-100000-aaaaaa']);
    const { backups } = await catalog.list(demo, signal);
    expect(backups.map(({ id }) => id)).toEqual(['20261121-120000-aaaaaa', '20261121-100000-aaaaaa']);
    expect((await catalog.find('demo', '20261121-110000-aaaaaa', signal)).backup).toMatchObject({ cluster: { uid: 'uid-before' }, keyId: key.keyId });
  });

  test('that are none, or lie under another name, are named, and counted by nobody', async () => {
    const good = await put('20261121-100000-aaaaaa', 1);
    await copyFile(good, good.replace('100000', '110000'));
    await writeFile(good.replace('100000', '120000'), 'something else');
    const cut = await put('20261121-130000-aaaaaa', 1);
    await truncate(cut, 40);
    await writeFile(join(folder, 'demo/uid-demo/notes.txt'), 'not even called a backup');
    const { backups, unreadable } = await catalog.list({ name: 'demo' }, signal);
    expect(backups.map(({ id }) => id)).toEqual(['20261121-100000-aaaaaa']);
    expect(unreadable.map(({ key: at, reason }) => `${at.slice(-32, -22)} ${reason}`)).toEqual(
      expect.arrayContaining([expect.stringContaining('is of backup 20261121-100000-aaaaaa of cluster demo'), expect.stringContaining('this is no backup of Slipway'), expect.stringContaining('cut off')]),
    );
    await expect(catalog.open('demo', '20261121-110000-aaaaaa', signal)).rejects.toMatchObject({ name: 'ForeignBackupError' });
  });

  test('are found by their ID alone, whosever they are', async () => {
    await put('20261121-100000-aaaaaa', 1);
    await put('20261121-110000-aaaaaa', 2, { ...demo, name: 'demo-2' });
    expect(await catalog.ownerOf('20261121-110000-aaaaaa', signal)).toBe('demo-2');
    for (const id of ['20261121-120000-aaaaaa', '', 'demo']) await expect(catalog.ownerOf(id, signal)).rejects.toMatchObject({ name: 'BackupNotFoundError', message: expect.stringContaining('no cluster has a backup') });
  });

  test.for(['20261121-999999-aaaaaa', '', '..', '../uid-demo/20261121-100000-aaaaaa', 'uid-demo/20261121-100000-aaaaaa'])('%j is not found', async (id) => {
    await put('20261121-100000-aaaaaa', 1);
    await expect(catalog.find('demo', id, signal)).rejects.toMatchObject({ name: 'BackupNotFoundError' });
  });
});
