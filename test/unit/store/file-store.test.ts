import { once } from 'node:events';
import { appendFile, chmod, mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { StoreKeyError, StoreUnavailableError, StoreVersionError } from '../../../activities/store/errors.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { nextMessage, runTogether, startProcess } from './processes.ts';
import { describeStoreContract } from './store-contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const openNew = async () => openFileStore(join(await temporaryDirectory(), 'store'));

describeStoreContract('the file store', openNew);

test('everything in it is readable by its owner alone, whatever the umask', async () => {
  const root = join(await temporaryDirectory(), 'store');
  const before = process.umask(0);
  try {
    const store = await openFileStore(root);
    await store.put('a/put', Buffer.from('x'));
    await store.createIfAbsent('b/created', Buffer.from('x'));
    await store.appendLine('c/appended', 'x');
  } finally {
    process.umask(before);
  }
  const modes = new Set<string>();
  for (const entry of ['', ...(await readdir(root, { recursive: true }))]) {
    const found = await stat(join(root, entry));
    modes.add(`${found.isDirectory() ? 'folder' : 'file'} ${(found.mode & 0o777).toString(8)}`);
  }
  expect([...modes].toSorted()).toEqual(['file 600', 'folder 700']);
});

test('a directory that others can write to is refused, with what to do', async () => {
  const root = await temporaryDirectory();
  await chmod(root, 0o770);
  await expect(openFileStore(root)).rejects.toThrow(`Run: chmod go-w ${root}`);
  expect(await readdir(root)).toEqual([]);
});

test('a path that is no directory is refused', async () => {
  const file = join(await temporaryDirectory(), 'file');
  await writeFile(file, '');
  await expect(openFileStore(file)).rejects.toThrow(StoreUnavailableError);
});

test('the ID stays when the store is opened again', async () => {
  const root = await temporaryDirectory();
  const first = await openFileStore(root);
  expect((await openFileStore(root)).id).toBe(first.id);
  expect((await openNew()).id).not.toBe(first.id);
});

test('processes that open a new store at once get one ID', async () => {
  const directory = join(await temporaryDirectory(), 'new', 'store');
  const ids = await runTogether(Array.from({ length: 4 }, () => ({ kind: 'open' as const, directory })));
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toBe((await openFileStore(directory)).id);
});

test('a store of a later schema version is refused and left alone', async () => {
  const root = await temporaryDirectory();
  const store = await openFileStore(root);
  await store.put('store.json', Buffer.from(JSON.stringify({ schemaVersion: 2, id: store.id, more: true })));
  await expect(openFileStore(root)).rejects.toThrow(StoreVersionError);
  await expect(openFileStore(root)).rejects.toThrow('schema version 2; this Slipway knows 1');
});

test.each(['', 'no json', '{"schemaVersion":1}', '{"schemaVersion":1,"id":"x"}'])(
  'an identity file that holds %j is refused',
  async (content) => {
    const root = await temporaryDirectory();
    await (await openFileStore(root)).put('store.json', Buffer.from(content));
    await expect(openFileStore(root)).rejects.toThrow(StoreUnavailableError);
  },
);

test('of several processes one creates each key', async () => {
  const directory = await temporaryDirectory();
  const keys = Array.from({ length: 30 }, (_, index) => `race/${index}`);
  const jobs = Array.from({ length: 3 }, (_, index) => ({
    kind: 'createIfAbsent' as const,
    directory,
    keys,
    value: `process ${index}`,
  }));
  const created = (await runTogether(jobs)).flat();
  expect(created).toHaveLength(keys.length);
  expect(new Set(created)).toEqual(new Set(keys));
});

test('lines of several processes never mix', async () => {
  const directory = await temporaryDirectory();
  await runTogether(
    [1, 2, 3].map((writer) => ({ kind: 'appendLines' as const, directory, key: 'log', lines: linesOf(writer) })),
  );
  const bytes = await (await openFileStore(directory)).get('log');
  const written = Buffer.from(bytes ?? [])
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  const expected = [1, 2, 3].flatMap(linesOf);
  // Compared as sets of strings: a difference of lines this long would fill the screen.
  expect(written).toHaveLength(expected.length);
  expect(expected.every((line) => written.includes(line))).toBe(true);
});

test('a line that was cut short stands alone', async () => {
  const root = await temporaryDirectory();
  const store = await openFileStore(root);
  await store.appendLine('log', 'one');
  await appendFile(join(root, 'data', 'log'), 'tor');
  await store.appendLine('log', 'two');
  expect(Buffer.from((await store.get('log')) ?? []).toString()).toBe('one\ntor\ntwo\n');
});

test('a reader never sees a part of a value', async () => {
  const store = await openNew();
  const size = 300_000;
  await store.put('big', Buffer.alloc(size, 96));
  const seen = new Set<number>();
  for (let round = 0; round < 20; round += 1) {
    const writing = store.put('big', Buffer.alloc(size, 97 + round));
    for (let read = 0; read < 4; read += 1) {
      const value = (await store.get('big')) ?? new Uint8Array();
      expect(value.length).toBe(size);
      const [first = 0] = value;
      expect(value.every((byte) => byte === first)).toBe(true);
      seen.add(first);
    }
    await writing;
  }
  // Values of several rounds were read, so reads and writes did overlap.
  expect(seen.size).toBeGreaterThan(5);
});

test('a writer that is killed leaves a whole value and no key of its own', async () => {
  const directory = await temporaryDirectory();
  const store = await openFileStore(directory);
  const size = 2_000_000;
  await store.put('big', Buffer.alloc(size, 65));
  for (let round = 0; round < 3; round += 1) {
    const child = startProcess();
    await nextMessage(child);
    child.send({ kind: 'putForever', directory, key: 'big', size });
    await nextMessage(child);
    // Anywhere within a write.
    await setTimeout(20 + round * 13);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const value = Buffer.from((await store.get('big')) ?? []);
    expect(value.length).toBe(size);
    expect(value.every((byte) => byte === value[0])).toBe(true);
    expect(await store.list('')).toEqual(['big', 'store.json']);
  }
});

test('what dead processes left is removed when the store is opened, what is under way is not', async () => {
  const root = await temporaryDirectory();
  await openFileStore(root);
  const [dead, alive] = [join(root, 'tmp', '1-dead'), join(root, 'tmp', '2-alive')];
  await writeFile(dead, 'x');
  await writeFile(alive, 'x');
  const twoHoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  await utimes(dead, twoHoursAgo, twoHoursAgo);
  await openFileStore(root);
  expect(await readdir(join(root, 'tmp'))).toEqual(['2-alive']);
});

test('a key that is a folder of other keys is refused', async () => {
  const store = await openNew();
  await store.put('a/b', Buffer.from('x'));
  await expect(store.put('a', Buffer.from('x'))).rejects.toThrow(StoreKeyError);
  await expect(store.get('a')).rejects.toThrow(StoreKeyError);
  await expect(store.put('a/b/c', Buffer.from('x'))).rejects.toThrow(StoreKeyError);
  await expect(store.appendLine('a/b/c', 'x')).rejects.toThrow(StoreKeyError);
  await expect(store.delete('a')).rejects.toThrow(StoreKeyError);
  expect(await store.list('')).toEqual(['a/b', 'store.json']);
});

test('an error of the file system names the key and what was tried, never the value', async () => {
  const root = await temporaryDirectory();
  const store = await openFileStore(root);
  // A folder in a file's place is what a root user, too, cannot write through.
  await mkdir(join(root, 'data', 'k'), { recursive: true });
  await expect(store.put('k', Buffer.from('canary-7f3a'))).rejects.toThrow(/^cannot write k: /);
  await expect(store.put('k', Buffer.from('canary-7f3a'))).rejects.not.toThrow(/canary/);
});

function linesOf(writer: number): string[] {
  return Array.from({ length: 40 }, (_, index) => `${writer}/${index}/${String(writer).repeat(6000)}`);
}
