import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backupKeyOf, createBackupCatalog } from '../../../activities/backup/backup-catalog.ts';
import { createBackupKey } from '../../../activities/backup/backup-key.ts';
import { createBackupKeys } from '../../../activities/backup/backup-keys.ts';
import { createDirectoryDestination } from '../../../activities/backup/directory-destination.ts';
import { createBackupRequestActivities } from '../../../activities/backup-request-activities.ts';
import { createRecoveryRequestActivities } from '../../../activities/recovery-request-activities.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { createSecretBox } from '../../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';
import { etcdSnapshot, sampleObject, streamOf, wholeParts } from './sample-backup.ts';

const key = createBackupKey(1);
const demo = { installation: 'test', name: 'demo', uid: 'uid-demo' };
const [older, newest] = ['20261121-100000-aaaaaa', '20261121-120000-aaaaaa'] as const;
const { signal } = new AbortController();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-damaged-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const etcdTools = () => ({ etcd: '', etcdctl: '', etcdutl: '' });
const run = <T>(work: () => Promise<T>): Promise<T> => new MockActivityEnvironment().run(work);

async function setUp() {
  const box = createSecretBox(await loadStoreKey(join(folder, 'key.json')));
  const keys = createBackupKeys({ store: await openFileStore(join(folder, 'store')), box, now: () => 1000 });
  await keys.import([key], 'tester');
  const destination = createDirectoryDestination({ path: join(folder, 'backups'), create: true });
  for (const [index, id] of [older, newest].entries()) {
    const object = await sampleObject(key, wholeParts(etcdSnapshot(randomBytes(512 * 8))), { id, createdAt: index, cluster: demo });
    await destination.put(backupKeyOf(demo, id), streamOf(object), { signal, onProgress: () => undefined });
  }
  const catalog = createBackupCatalog(destination);
  const schedules = { ensure: async () => undefined, remove: async () => undefined, find: async () => undefined, pause: async () => false, trigger: async () => false, findFailure: async () => undefined };
  const requests = createBackupRequestActivities({ clusters: { find: async () => undefined }, catalog, destination, keys, schedules, box, etcdTools, now: () => 5 });
  const recovery = createRecoveryRequestActivities({ catalog, destination, keys, box });
  return {
    path: join(folder, 'backups', backupKeyOf(demo, newest)),
    verify: () => run(() => requests.verifyBackup({ cluster: 'demo', id: newest, restore: false })),
    observe: () => run(() => requests.observeBackups({ cluster: 'demo', uid: demo.uid })),
    list: () => run(() => requests.listBackups({ cluster: 'demo' })),
    remove: () => run(() => requests.deleteBackup({ cluster: 'demo', id: newest })),
    choose: () => run(() => recovery.checkBackup({ cluster: 'demo' })),
  };
}

test('what a check found damaged is no good backup until another check finds it right', async () => {
  const { path, verify, observe, list, remove, choose } = await setUp();
  expect(await observe()).toMatchObject({ count: 2, newest: { id: newest } });
  const whole = await readFile(path);
  const damaged = Buffer.from(whole);
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 20) ^ 1, damaged.length - 20);
  await writeFile(path, damaged);
  for (const _ of [1, 2]) await expect(verify()).rejects.toMatchObject({ name: 'BackupDamagedError' });

  expect(await observe()).toMatchObject({ count: 1, newest: { id: older }, damaged: [newest] });
  const { backups, unreadable } = await list();
  expect(backups).toMatchObject([{ id: newest, damaged: { at: 5, reason: expect.stringContaining('altered') } }, { id: older }]);
  expect(unreadable).toEqual([]);
  expect(await choose()).toMatchObject({ id: older, passedOver: [newest] });

  // Another copy of it has been put there.
  await writeFile(path, whole);
  await verify();
  expect(await observe()).toMatchObject({ count: 2, newest: { id: newest } });
  expect(await choose()).not.toHaveProperty('passedOver');

  await writeFile(path, damaged.subarray(0, -100));
  await expect(verify()).rejects.toMatchObject({ name: /Backup(Damaged|Truncated)Error/ });
  await remove();
  expect(await readdir(dirname(path))).toEqual([`${older}.slipway-backup`]);
});
