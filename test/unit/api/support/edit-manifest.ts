import { readFileSync } from 'node:fs';

export const readFixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/manifests/${name}`, import.meta.url), 'utf8');

/** A valid manifest that sets every honoured field. */
export const FULL = readFixture('full.yaml');

/** The same in v1beta2. */
export const FULL_V1BETA2 = readFixture('full-v1beta2.yaml');

export type Edited = { readonly text: string; readonly line: number; readonly column: number };

/**
 * Replaces the one place where `find` stands. A "«" in the replacement marks where a problem is expected, and is taken
 * out; a text that is not there exactly once is a mistake of the test.
 */
export const edit = (text: string, find: string, replace: string): Edited => {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`"${find}" stands ${parts.length - 1} times in the manifest, not once`);
  const marked = parts.join(replace);
  const offset = marked.indexOf('«');
  if (offset < 0) throw new Error(`"${replace}" does not mark the place of the problem`);
  const before = marked.slice(0, offset).split('\n');
  return { text: marked.replace('«', ''), line: before.length, column: (before.at(-1) ?? '').length + 1 };
};
