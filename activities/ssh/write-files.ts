import type { CommandResult, RemoteFile, SshTarget } from '../seams/command-runner.ts';
import { WriteFilesError } from './command-errors.ts';

/** Throws WriteFilesError, naming the file that failed, for a result that is no success. */
export function checkFilesWritten(target: SshTarget, files: readonly RemoteFile[], result: CommandResult): void {
  if (result.exitCode === 0) {
    return;
  }
  const said = result.stdout.split('\n');
  const count = (word: string): number => said.filter((line) => line === word).length;
  const written = count('written');
  const isPlacing = said.lastIndexOf('placing') > said.lastIndexOf('prepared');
  const failed = files[isPlacing ? written : count('prepared')] ?? files[written];
  throw new WriteFilesError({ target, path: failed?.path ?? '', written, result });
}
