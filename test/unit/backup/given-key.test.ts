import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backupKeyOf, createBackupCatalog } from '../../../activities/backup/backup-catalog.ts';
import { createBackupKey, type BackupKey } from '../../../activities/backup/backup-key.ts';
import { createBackupKeys } from '../../../activities/backup/backup-keys.ts';
import { createDirectoryDestination } from '../../../activities/backup/directory-destination.ts';
import { createRecoveryRequestActivities } from '../../../activities/recovery-request-activities.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { createSecretBox } from '../../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';
import { seal } from '../../../api/sealed-box.ts';
import { etcdSnapshot, sampleId, sampleObject, streamOf, wholeParts } from './sample-backup.ts';

const mine = createBackupKey(1);
/** Newer: were it kept, it would be the one that backups are sealed to. */
const anothers = createBackupKey(2);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-given-key-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A store that has no key, and one backup, sealed to mine. */
async function setUp() {
  const box = createSecretBox(await loadStoreKey(join(folder, 'key.json')));
  const keys = createBackupKeys({ store: await openFileStore(join(folder, 'store')), box, now: () => 1000 });
  const destination = createDirectoryDestination({ path: join(folder, 'backups'), create: true });
  const object = await sampleObject(mine, wholeParts(etcdSnapshot(randomBytes(512 * 8))));
  await destination.put(backupKeyOf({ name: 'demo', uid: 'uid-demo' }, sampleId), streamOf(object), { signal: new AbortController().signal, onProgress: () => undefined });
  const activities = createRecoveryRequestActivities({ catalog: createBackupCatalog(destination), destination, keys, box });
  const fileOf = (key: BackupKey): string => seal(box.publicKey, JSON.stringify({ kind: 'SlipwayBackupKeys', schemaVersion: 1, installation: 'before', keys: [key] }), 'backup-key');
  const check = (key?: BackupKey) => new MockActivityEnvironment().run(() => activities.checkBackup({ cluster: 'demo', ...(key === undefined ? {} : { key: fileOf(key), actor: 'somebody' }) }));
  return { keys, check };
}

test('a key that opens the backup is kept, and seals what comes later', async () => {
  const { keys, check } = await setUp();
  await expect(check(mine)).resolves.toMatchObject({ id: sampleId });
  expect(await keys.view()).toMatchObject([{ keyId: mine.keyId, isCurrent: true, exported: { actor: 'somebody' } }]);
  await expect(check()).resolves.toMatchObject({ id: sampleId });
});

test('one that does not is named, and nothing of it stays', async () => {
  const { keys, check } = await setUp();
  await expect(check(anothers)).rejects.toMatchObject({ name: 'BackupKeyError', message: expect.stringMatching(new RegExp(`sealed to backup key ${mine.keyId}; at hand: ${anothers.keyId}`)) });
  await expect(check()).rejects.toMatchObject({ message: expect.stringContaining('at hand: none') });
  await check(mine);
  expect((await keys.current()).keyId).toBe(mine.keyId);
});
