import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/**
 * The files that kubectl reads, first one first: `$KUBECONFIG` as a list (empty and repeated entries
 * do not count), else ~/.kube/config. (clientcmd.PathOptions of client-go.)
 */
export function kubeconfigFiles(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const listed = (env['KUBECONFIG'] ?? '').split(delimiter).filter((path) => path !== '');
  const paths = listed.length > 0 ? listed : [join(env['HOME'] ?? homedir(), '.kube', 'config')];
  return [...new Set(paths.map((path) => resolve(path)))];
}

/** Where kubectl puts an entry that no file has yet: the first file that exists, or else the last one is made. */
export function destinationFile(files: readonly string[]): string {
  const found = files.find((path) => existsSync(path)) ?? files.at(-1);
  if (found === undefined) throw new Error('a list of kubeconfig files cannot be empty');
  return found;
}
