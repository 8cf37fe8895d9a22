import { existsSync } from 'node:fs';
import type { YAMLMap } from 'yaml';
import {
  currentContext,
  entryText,
  findEntry,
  listEntries,
  nameOfEntry,
  readKubeconfig,
  removeEntries,
  setCurrentContext,
  type KubeconfigDocument,
} from './document.ts';
import { clusterExtension, entryName } from './names.ts';
import { withLockedFiles } from './lock-files.ts';
import { writeChanged } from './merge.ts';

export type Removed =
  /** No file has entries of that cluster. */
  | { readonly kind: 'none' }
  | { readonly kind: 'removed'; readonly files: readonly string[]; readonly wasCurrent: boolean }
  /** There are entries of that name, but they lead to another cluster. */
  | { readonly kind: 'another'; readonly file: string };

/** The cluster that is gone. `server`: as kubeconfigs of it name it. */
export type GoneCluster = { readonly name: string; readonly uid: string; readonly server: string };

/**
 * Takes the entries of a deleted cluster out of those files: its cluster, the contexts that use it,
 * and the users that only these contexts use. current-context is emptied where it was one of them.
 * @throws CliError where a file is locked, malformed or cannot be written
 */
export async function removeClusterEntries(gone: GoneCluster, files: readonly string[], waitMs?: number): Promise<Removed> {
  const present = files.filter((path) => existsSync(path));
  // Most deletes find nothing: then nothing is locked.
  if (!present.map(readKubeconfig).some((document) => clusterEntry(document, gone) !== undefined)) return { kind: 'none' };
  return withLockedFiles(present, () => removeFrom(present.map(readKubeconfig), gone), waitMs);
}

function removeFrom(documents: readonly KubeconfigDocument[], gone: GoneCluster): Removed {
  const holders = documents.filter((document) => clusterEntry(document, gone) !== undefined);
  const [first] = holders;
  if (first === undefined) return { kind: 'none' };
  const other = holders.find((document) => !isOf(document, gone));
  if (other !== undefined) return { kind: 'another', file: other.path };
  const cluster = entryName(gone.name);
  const uses = (entry: YAMLMap): boolean => entryText(entry, ['context', 'cluster']) === cluster;
  const contexts = documents.flatMap((document) => listEntries(document, 'contexts'));
  const removed = contexts.filter(uses);
  const contextNames = new Set(removed.map(nameOfEntry));
  const stillUsed = new Set(contexts.filter((entry) => !uses(entry)).map(userOf));
  const users = new Set(removed.map(userOf).filter((user) => isOurs(user, cluster) && !stillUsed.has(user)));
  const wasCurrent = documents.some((document) => contextNames.has(currentContext(document)));
  for (const document of documents) {
    removeEntries(document, 'clusters', (entry) => nameOfEntry(entry) === cluster);
    removeEntries(document, 'contexts', uses);
    removeEntries(document, 'users', (entry) => users.has(nameOfEntry(entry)));
    if (contextNames.has(currentContext(document))) setCurrentContext(document, '');
  }
  return { kind: 'removed', files: writeChanged(documents), wasCurrent };
}

function clusterEntry(document: KubeconfigDocument, { name }: GoneCluster): YAMLMap | undefined {
  return findEntry(document, 'clusters', entryName(name));
}

/** By UID where the entry bears one; one that was made by hand counts by its server. */
function isOf(document: KubeconfigDocument, gone: GoneCluster): boolean {
  const entry = clusterEntry(document, gone);
  if (entry === undefined) return false;
  const uid = clusterExtension(entry.toJS(document.document));
  return uid === undefined ? entryText(entry, ['cluster', 'server']) === gone.server : uid === gone.uid;
}

function userOf(context: YAMLMap): string | undefined {
  return entryText(context, ['context', 'user']);
}

function isOurs(user: string | undefined, cluster: string): boolean {
  return user === cluster || user?.endsWith(`@${cluster}`) === true;
}
