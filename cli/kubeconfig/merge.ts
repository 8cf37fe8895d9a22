import { existsSync } from 'node:fs';
import { destinationFile } from './files.ts';
import {
  currentContext,
  findEntry,
  listEntries,
  nameOfEntry,
  parseKubeconfig,
  printKubeconfig,
  putEntry,
  readKubeconfig,
  sections,
  setCurrentContext,
  type KubeconfigDocument,
  type Section,
} from './document.ts';
import { withLockedFiles } from './lock-files.ts';
import { writePrivateFile } from './private-file.ts';

export type Merged = {
  /** Files that were written. */
  readonly files: readonly string[];
  readonly context: string;
};

/**
 * Puts the entries of a kubeconfig that Slipway made into the user's files by kubectl's rules: an
 * entry that exists is changed where it is, a new one goes into the destination, and so does
 * current-context. All or nothing is read before anything is written.
 * @throws CliError where a file is locked, malformed or cannot be written
 */
export async function mergeKubeconfig(request: {
  /** The kubeconfig with the new entries. */
  readonly issued: string;
  readonly files: readonly string[];
  readonly keepContext: boolean;
  /** How long a lock is waited for. */
  readonly waitMs?: number;
}): Promise<Merged> {
  const { issued, files, keepContext, waitMs } = request;
  const news = parseKubeconfig('the kubeconfig that was issued', issued);
  const destination = destinationFile(files);
  const involved = files.filter((path) => path === destination || existsSync(path));
  return withLockedFiles(
    involved,
    () => {
      const documents = involved.map(readKubeconfig);
      const home = documents.find(({ path }) => path === destination);
      if (home === undefined) throw new Error('the destination is one of the files');
      for (const section of ['clusters', 'users', 'contexts'] as const) copyEntries({ section, news, documents, home });
      const context = currentContext(news);
      if (!keepContext) setCurrentContext(home, context);
      return { files: writeChanged(documents), context };
    },
    waitMs,
  );
}

function copyEntries(copied: {
  readonly section: Section;
  readonly news: KubeconfigDocument;
  readonly documents: readonly KubeconfigDocument[];
  readonly home: KubeconfigDocument;
}): void {
  const { section, news, documents, home } = copied;
  for (const entry of listEntries(news, section)) {
    const name = nameOfEntry(entry) ?? '';
    const content: unknown = Object.entries<unknown>(entry.toJS(news.document)).find(([key]) => key === sections[section])?.[1];
    const owner = documents.find((candidate) => findEntry(candidate, section, name) !== undefined) ?? home;
    // A namespace that somebody chose for the context stays; credentials are never mixed with older ones.
    putEntry(owner, { section, name, content: Object.fromEntries(Object.entries(content ?? {})), replace: section !== 'contexts' });
  }
}

/** Writes those that were changed; answers which files they are. */
export function writeChanged(documents: readonly KubeconfigDocument[]): readonly string[] {
  const changed = documents.map((document) => ({ document, text: printKubeconfig(document) })).filter(({ document, text }) => text !== document.unchanged);
  for (const { document, text } of changed) writePrivateFile(document.path, text);
  return changed.map(({ document }) => document.path);
}
