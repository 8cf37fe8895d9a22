import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBackupKeys, type BackupKeys } from '../../../activities/backup/backup-keys.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { createSecretBox } from '../../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';

let folder: string;
let keys: BackupKeys;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-backup-keys-'));
  const [store, key] = [await openFileStore(join(folder, 'store')), await loadStoreKey(join(folder, 'key.json'))];
  keys = createBackupKeys({ store, box: createSecretBox(key), now: () => 1000 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('all that ask for the first key at once get the same one, and the next is another', async () => {
  const asked = await Promise.all(Array.from({ length: 8 }, () => keys.current()));
  expect(new Set(asked.map(({ keyId }) => keyId)).size).toBe(1);
  const next = await keys.rotate();
  expect(next.keyId).not.toBe(asked[0]?.keyId);
  expect((await keys.current()).keyId).toBe(next.keyId);
  expect((await keys.list()).map(({ keyId }) => keyId)).toEqual([next.keyId, asked[0]?.keyId]);
});

test('what is exported has all of them, and counts as exported once that was said', async () => {
  const first = await keys.current();
  const exported = await keys.export();
  expect(exported.keys).toEqual([first]);
  expect((await keys.view())[0]?.exported).toBeUndefined();
  await keys.markExported([first.keyId, 'ffffffffffffffff'], 'somebody');
  await keys.markExported([first.keyId], 'somebody else');
  expect(await keys.view()).toEqual([{ keyId: first.keyId, createdAt: 1000, isCurrent: true, exported: { at: 1000, actor: 'somebody' } }]);
  await keys.rotate();
  expect((await keys.view()).map(({ isCurrent, exported: out }) => [isCurrent, out === undefined])).toEqual([[true, true], [false, false]]);
});

test('private keys lie encrypted in the store', async () => {
  const { privateKey } = await keys.current();
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(files.filter((file) => file.isFile() && file.name !== 'key.json').map((file) => readFile(join(file.parentPath, file.name))));
  expect(texts.length).toBeGreaterThan(1);
  expect(texts.some((bytes) => bytes.includes(privateKey) || bytes.includes(Buffer.from(privateKey, 'base64')))).toBe(false);
});
