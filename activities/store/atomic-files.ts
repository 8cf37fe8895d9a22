import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A value on its way to `path`; `temporary` is a folder of the same file system. */
export type FileWrite = { readonly path: string; readonly temporary: string; readonly value: Uint8Array };

/** Older than any write can take; such a file belongs to a process that died. */
const STALE_AFTER_MS = 60 * 60 * 1000;

/** Replaces the file: readers see the old or the new content, also after a power failure. */
export async function replaceFile(write: FileWrite): Promise<void> {
  await withTemporary(write, async (made) => {
    await rename(made, write.path);
    await syncFolder(dirname(write.path));
  });
}

/**
 * False, and nothing changed, where the file exists. link(2) fails on an existing name in one
 * atomic step and shows complete content alone; O_EXCL would show the file before its content.
 */
export async function createFile(write: FileWrite): Promise<boolean> {
  return withTemporary(write, async (made) => {
    try {
      await link(made, write.path);
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      throw error;
    }
    await syncFolder(dirname(write.path));
    return true;
  });
}

/** Makes the folder and its parents, 0700, so that a value in it survives a power failure. */
export async function ensureFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
}

/** What killed processes left; a write that is under way is never that old. */
export async function removeStaleTemporaries(temporary: string): Promise<void> {
  for (const name of await readdir(temporary)) {
    const path = join(temporary, name);
    const age = Date.now() - (await modifiedAt(path));
    if (age > STALE_AFTER_MS) await removeFile(path);
  }
}

/** Also where there is none any more. */
export async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

async function withTemporary<T>(write: FileWrite, finish: (made: string) => Promise<T>): Promise<T> {
  const made = join(write.temporary, `${process.pid}-${randomUUID()}`);
  try {
    const file = await open(made, 'wx', 0o600);
    try {
      await file.writeFile(write.value);
      await file.sync();
    } finally {
      await file.close();
    }
    return await intoFolder(dirname(write.path), () => finish(made));
  } finally {
    await removeFile(made);
  }
}

/** Most folders are there: the folder is made only where it was missed. */
export async function intoFolder<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
    await ensureFolder(folder);
    return write();
  }
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function modifiedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return Date.now();
    throw error;
  }
}
