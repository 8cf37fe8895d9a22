import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/**
 * All workflows of a worker share one copy of each module (workers/workflow-sources.ts): what one of them kept there
 * would be seen by another, and not be there when it is replayed.
 */
const folders = ['workflows', 'domain'] as const;

/** Declared at the left margin, and can be changed: a variable, or a collection that is not told to be read alone. */
const mutable = /^(?:export )?(?:let|var) .*|^(?:export )?const \w+(?:: (?!Readonly)[^=]+)? = new (?:Map|Set|WeakMap|WeakSet)\b.*/gm;

function declarations(text: string): readonly string[] {
  return [...text.matchAll(mutable)].map(([line]) => line);
}

test.each([
  ['let last = 0;'],
  ['export let last: string | undefined;'],
  ['const seen = new Set<string>();'],
  ['const known: Map<string, number> = new Map();'],
])('%s is found', (line) => {
  expect(declarations(`import { a } from './a.ts';\n${line}\n`)).toEqual([line]);
});

test.each(folders)('no module of %s keeps what changes', (folder) => {
  const root = fileURLToPath(new URL(`../../../${folder}/`, import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(0);
  expect(files.flatMap((file) => declarations(readFileSync(`${root}${file}`, 'utf8')).map((line) => `${folder}/${file}: ${line}`))).toEqual([]);
});
