import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { StoreKeyFileError } from '../../../activities/store/errors.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';
import { runTogether } from './processes.ts';
import { temporaryDirectory } from './temporary-directory.ts';

test('makes a key that only its owner can read, once', async () => {
  const folder = join(await temporaryDirectory(), 'new');
  const path = join(folder, 'key.json');
  const made = await loadStoreKey(path);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(await readdir(folder)).toEqual(['key.json']);
  const again = await loadStoreKey(path);
  expect(again.keyId).toBe(made.keyId);
  expect(again.encryptionKey.equals(made.encryptionKey)).toBe(true);
  expect(made.encryptionKey.symmetricKeySize).toBe(32);
});

test('callers at once, in one process and in several, end with one key', async () => {
  const here = join(await temporaryDirectory(), 'key.json');
  const keys = await Promise.all(Array.from({ length: 20 }, () => loadStoreKey(here)));
  expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1);

  const path = join(await temporaryDirectory(), 'key.json');
  const ids = await runTogether(Array.from({ length: 4 }, () => ({ kind: 'loadKey' as const, path })));
  expect(new Set(ids)).toEqual(new Set([(await loadStoreKey(path)).keyId]));
});

test.each([0o640, 0o604, 0o644, 0o660, 0o601])('refuses a key file of mode %o, with what to do', async (mode) => {
  const path = join(await temporaryDirectory(), 'key.json');
  await loadStoreKey(path);
  await chmod(path, mode);
  const refusal = loadStoreKey(path);
  await expect(refusal).rejects.toThrow(StoreKeyFileError);
  await expect(refusal).rejects.toThrow(`(mode 0${mode.toString(8)}). Nothing was read. Run: chmod 600 ${path}`);
  await chmod(path, 0o400);
  await expect(loadStoreKey(path)).resolves.toHaveProperty('keyId');
});

test('a file that holds no key is left as it is, and its content stays out of the error', async () => {
  const path = join(await temporaryDirectory(), 'key.json');
  await loadStoreKey(path);
  const good = z.record(z.string(), z.unknown()).parse(JSON.parse(await readFile(path, 'utf8')));
  const bad = [
    'canary-9d1c',
    '{"encryptionKey":"canary-9d1c"',
    JSON.stringify({ ...good, schemaVersion: 2, note: 'canary-9d1c' }),
    JSON.stringify({ ...good, encryptionKey: 'canary-9d1c' }),
    JSON.stringify({ ...good, encryptionKey: Buffer.alloc(16).toString('base64') }),
    JSON.stringify({ ...good, sealingPrivateKey: Buffer.from('canary-9d1c').toString('base64') }),
    '',
  ];
  for (const content of bad) {
    await writeFile(path, content, { mode: 0o600 });
    const error: unknown = await loadStoreKey(path).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StoreKeyFileError);
    expect(inspect(error)).not.toContain('canary-9d1c');
    expect(await readFile(path, 'utf8')).toBe(content);
  }
});

test('a folder in the place of the file is refused', async () => {
  const path = join(await temporaryDirectory(), 'key.json');
  await mkdir(path, { mode: 0o700 });
  await expect(loadStoreKey(path)).rejects.toThrow(StoreKeyFileError);
});

test('a key that is logged or serialised by mistake shows nothing', async () => {
  const path = join(await temporaryDirectory(), 'key.json');
  const key = await loadStoreKey(path);
  const secret = key.encryptionKey.export().toString('base64');
  expect(await readFile(path, 'utf8')).toContain(secret);
  expect(inspect(key, { depth: 9, showHidden: true })).not.toContain(secret);
  expect(JSON.stringify(key)).toBe(JSON.stringify({ keyId: key.keyId, encryptionKey: {}, sealingPrivateKey: {} }));
});
