import { mkdir, open, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Store } from '../seams/store.ts';
import { createFile, ensureFolder, hasCode, intoFolder, removeFile, removeStaleTemporaries, replaceFile } from './atomic-files.ts';
import { StoreKeyError, StoreUnavailableError } from './errors.ts';
import { ensureStoreIdentity } from './store-identity.ts';
import { assertStoreKey, assertStorePrefix } from './store-keys.ts';

/** How the file system says that a key and a folder of keys claim the same name. */
const FOLDER_CODES = ['EISDIR', 'ENOTDIR', 'EEXIST', 'ERR_FS_EISDIR'];

/**
 * A store in a directory: every key is a file below `data/` (0600, folders 0700). Any number of
 * processes of one machine may use it at once. The directory must be on a local file system: links
 * and O_APPEND are what makes "only if absent" and "one line" hold.
 * @throws StoreVersionError, StoreUnavailableError
 */
export async function openFileStore(directory: string): Promise<Store> {
  const root = resolve(directory);
  const data = join(root, 'data');
  const temporary = join(root, 'tmp');
  try {
    await mkdir(root, { recursive: true, mode: 0o700 });
    await assertNotWritableByOthers(root);
    await ensureFolder(data);
    await ensureFolder(temporary);
    await removeStaleTemporaries(temporary);
  } catch (error) {
    if (error instanceof StoreUnavailableError) throw error;
    throw new StoreUnavailableError(`the store in ${root} cannot be opened: ${messageOf(error)}`, { cause: error });
  }
  const operations = createFileOperations(data, temporary);
  return { id: await ensureStoreIdentity(operations, root), ...operations };
}

function createFileOperations(data: string, temporary: string): Omit<Store, 'id'> {
  const pathOf = (key: string): string => {
    assertStoreKey(key);
    return join(data, ...key.split('/'));
  };
  return {
    async get(key) {
      return guard(`read ${key}`, async () => {
        try {
          return await readFile(pathOf(key));
        } catch (error) {
          if (hasCode(error, 'ENOENT')) return undefined;
          throw error;
        }
      });
    },
    async put(key, value) {
      await guard(`write ${key}`, () => replaceFile({ path: pathOf(key), temporary, value }));
    },
    async createIfAbsent(key, value) {
      return guard(`create ${key}`, () => createFile({ path: pathOf(key), temporary, value }));
    },
    async appendLine(key, line) {
      if (/[\r\n]/.test(line)) throw new StoreKeyError(`a line for ${key} must not contain a line break`);
      await guard(`append to ${key}`, () => appendWholeLine(pathOf(key), line));
    },
    async delete(key) {
      await guard(`delete ${key}`, () => removeFile(pathOf(key)));
    },
    async list(prefix) {
      assertStorePrefix(prefix);
      const keys = await guard(`list ${prefix}`, () => listKeys(data, prefix));
      return keys.toSorted(byCodeUnit);
    },
  };
}

/**
 * One write call on a file opened with O_APPEND: local file systems take the inode's lock for the
 * whole call, whatever its length, so lines never mix, and no lock of ours is left behind by a
 * killed process. A line can still be cut short, by a full disk or by kill -9 between two pages; it
 * was not acknowledged then, and the next append begins on a line of its own. (An append that is
 * just being written looks the same for a moment: that is where empty lines come from.)
 */
async function appendWholeLine(path: string, line: string): Promise<void> {
  const file = await intoFolder(dirname(path), () => open(path, 'a+', 0o600));
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const torn = size > 0 && last[0] !== 0x0a;
    const bytes = Buffer.from(`${torn ? '\n' : ''}${line}\n`);
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten !== bytes.length) throw new Error(`only ${bytesWritten} of ${bytes.length} bytes were written`);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function listKeys(data: string, prefix: string): Promise<string[]> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const keys: string[] = [];
  const visit = async (parent: string): Promise<void> => {
    for (const entry of await readFolder(join(data, parent))) {
      const key = `${parent}${entry.name}`;
      if (entry.isDirectory()) {
        if (key.startsWith(prefix) || prefix.startsWith(`${key}/`)) await visit(`${key}/`);
      } else if (key.startsWith(prefix)) keys.push(key);
    }
  };
  await visit(folder);
  return keys;
}

async function readFolder(path: string) {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return [];
    throw error;
  }
}

async function assertNotWritableByOthers(root: string): Promise<void> {
  const { mode } = await stat(root);
  if ((mode & 0o022) === 0) return;
  throw new StoreUnavailableError(
    `the store's directory ${root} can be written by other users (mode ${(mode & 0o7777).toString(8)}). ` +
      `Nothing was changed. Run: chmod go-w ${root}`,
  );
}

async function guard<T>(action: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof StoreKeyError) throw error;
    if (FOLDER_CODES.some((code) => hasCode(error, code))) {
      throw new StoreKeyError(`cannot ${action}: part of that key is a value, or the key is a folder of other keys`);
    }
    throw new StoreUnavailableError(`cannot ${action} in the store: ${messageOf(error)}`, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function byCodeUnit(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
