import type { CommandResult, RemoteFile, SshTarget } from '../seams/command-runner.ts';
import { WriteFilesError } from './command-errors.ts';

/** Throws WriteFilesError, naming the file that failed, for a result that is no success. */
export function checkFilesWritten(target: SshTarget, files: readonly RemoteFile[], result: CommandResult): void {
  if (result.exitCode === 0) {
    return;
  }
  const written = result.stdout.split('\n').filter((line) => line === 'written').length;
  const path = files[Math.min(written, files.length - 1)]?.path ?? '';
  throw new WriteFilesError({ target, path, written, result });
}
