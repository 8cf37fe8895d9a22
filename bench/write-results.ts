import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Writes bench/results/DATE-NAME.json. @returns its path */
export async function writeResults(results: { readonly date: string }, name: string): Promise<string> {
  const folder = new URL('results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const file = fileURLToPath(new URL(`${results.date.slice(0, 10)}-${name}.json`, folder));
  await writeFile(file, `${JSON.stringify(results, undefined, 2)}\n`);
  return file;
}
