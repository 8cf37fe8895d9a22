import { chmodSync, chownSync, closeSync, existsSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { UsageError } from '../errors.ts';

/**
 * A file of mode 0600 that is never half written: what was there stays until all of the new text is
 * on disk. A symbolic link stays one, and so does the owner where root writes somebody's file.
 * @throws UsageError; the file is as it was
 */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    writeDurably(temporary, content);
    const before = statSync(target, { throwIfNoEntry: false });
    if (before !== undefined && process.getuid?.() === 0) chownSync(temporary, before.uid, before.gid);
    renameSync(temporary, target);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new UsageError({
      what: `${path} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      unchanged: 'the file is as it was',
      cause,
    });
  }
}

function writeDurably(path: string, content: string | Uint8Array): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    chmodSync(path, 0o600);
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
