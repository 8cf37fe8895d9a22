import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { BackupDestination, StoredObject } from '../seams/backup-destination.ts';
import { hasCode, syncFolder } from '../store/atomic-files.ts';
import { BackupCredentialsError, BackupDestinationFullError, BackupDestinationMissingError, BackupDestinationUnreachableError } from './errors.ts';

/** On the same file system, so that a link into place is one step; never listed. */
const INCOMPLETE = '.incomplete';

/** Backups below a directory; folders 0700, files 0600. */
export function createDirectoryDestination(options: { readonly path: string; readonly create: boolean }): BackupDestination {
  const root = options.path;
  const pathOf = (key: string): string => join(root, ...key.split('/'));
  const guard = <T>(action: string, work: () => Promise<T>): Promise<T> => work().catch((error: unknown) => Promise.reject(describe(root, action, error)));

  const requireRoot = async (): Promise<void> => {
    if (options.create) await mkdir(root, { recursive: true, mode: 0o700 });
    else await stat(root);
  };
  const prepare = async (): Promise<void> => {
    await requireRoot();
    try {
      // Not recursive: Node takes a read-only file system for a missing folder then.
      await mkdir(join(root, INCOMPLETE), { mode: 0o700 });
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  };

  return {
    location: root,
    put: (key, body, { signal, onProgress }) =>
      guard(`write ${key}`, async () => {
        await prepare();
        const made = join(root, INCOMPLETE, randomUUID());
        try {
          await writeWhole(made, body, { signal, onProgress });
          await mkdir(dirname(pathOf(key)), { recursive: true, mode: 0o700 });
          if (!(await linkNew(made, pathOf(key)))) return false;
          await syncFolder(dirname(pathOf(key)));
          return true;
        } finally {
          body.destroy();
          await rm(made, { force: true });
        }
      }),
    readBeginning: (key, bytes) =>
      guard(`read ${key}`, async () => {
        const file = await openIfThere(pathOf(key), root);
        if (file === undefined) return undefined;
        try {
          const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
          return buffer.subarray(0, bytesRead);
        } finally {
          await file.close();
        }
      }),
    open: (key, signal) =>
      guard(`read ${key}`, async () => {
        const file = await openIfThere(pathOf(key), root);
        return file === undefined ? undefined : createReadStream('', { fd: file, signal, highWaterMark: 1024 * 1024 });
      }),
    list: (prefix) =>
      guard(`list ${prefix}`, async () => {
        // Nothing is made for it: a recovery may read from a disk that is mounted read-only.
        await requireRoot();
        return (await listFiles(root, prefix)).toSorted((a, b) => (a.key < b.key ? -1 : 1));
      }),
    delete: (key) =>
      guard(`delete ${key}`, async () => {
        await stat(root);
        await rm(pathOf(key), { force: true });
      }),
    removeAbandoned: (before) =>
      guard('clear away what was never finished', async () => {
        await prepare();
        let removed = 0;
        for (const name of await readdir(join(root, INCOMPLETE))) {
          const path = join(root, INCOMPLETE, name);
          const made = await stat(path).catch(() => undefined);
          if (made === undefined || made.mtimeMs >= before) continue;
          await rm(path, { force: true });
          removed += 1;
        }
        return removed;
      }),
    locate: async (key) => ({ kind: 'file', path: pathOf(key) }),
  };
}

async function writeWhole(path: string, body: Readable, options: { readonly signal: AbortSignal; readonly onProgress: (bytes: number) => void }): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let bytes = 0;
    for await (const chunk of body) {
      options.signal.throwIfAborted();
      if (!(chunk instanceof Uint8Array)) throw new TypeError('a stream of bytes gave something else');
      await file.writeFile(chunk);
      bytes += chunk.length;
      options.onProgress(bytes);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** link(2) shows the whole file in one step, and takes no name that is taken. */
async function linkNew(made: string, path: string): Promise<boolean> {
  try {
    await link(made, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** A directory that is gone is another matter than a file that is. */
async function openIfThere(path: string, root: string) {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    await stat(root);
    return undefined;
  }
}

async function listFiles(root: string, prefix: string): Promise<readonly StoredObject[]> {
  const entries = await readdir(join(root, prefix), { withFileTypes: true }).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly StoredObject[]> => {
      const key = `${prefix}${entry.name}`;
      if (entry.name === INCOMPLETE) return [];
      if (entry.isDirectory()) return listFiles(root, `${key}/`);
      const file = await stat(join(root, key)).catch(() => undefined);
      return file === undefined || !entry.isFile() ? [] : [{ key, bytes: file.size }];
    }),
  );
  return found.flat();
}

const own = [BackupCredentialsError, BackupDestinationFullError, BackupDestinationMissingError, BackupDestinationUnreachableError];

/** Errors of the file system by what a person can do about them; what the body itself failed with stays as it is. */
function describe(root: string, action: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error) || own.some((known) => error instanceof known)) return error;
  const what = `cannot ${action} in ${root}: ${error.message}. Backups that are there already are unharmed.`;
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new BackupDestinationFullError(`${what} Make room there, or keep fewer backups.`, { cause: error });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new BackupCredentialsError(`${what} Let the worker's user write there.`, { cause: error });
    case 'ENOENT':
    case 'ENOTDIR':
      return new BackupDestinationMissingError(`${what} Mount it, or make the directory; Slipway does not, lest backups go to the disk below.`, { cause: error });
    default:
      return new BackupDestinationUnreachableError(what, { cause: error });
  }
}
