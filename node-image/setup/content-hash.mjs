// @ts-check
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * A digest of values and of files with their paths and modes: equal inputs, equal image.
 * @param {{base: string, paths: readonly string[], values: unknown}} inputs folders are read whole
 * @returns {Promise<string>} 16 hexadecimal digits
 */
export async function contentHash({ base, paths, values }) {
  const hash = createHash('sha256').update(JSON.stringify(values));
  const files = (await Promise.all(paths.map((path) => listFiles(join(base, path))))).flat().sort();
  for (const file of files) {
    const mode = (await stat(file)).mode & 0o111 ? 'x' : '-';
    hash.update(`\0${relative(base, file)}\0${mode}\0`).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * @param {string} path
 * @returns {Promise<string[]>}
 */
async function listFiles(path) {
  if ((await stat(path)).isFile()) return [path];
  const inside = (await readdir(path, { recursive: true })).map((name) => join(path, name));
  const kinds = await Promise.all(inside.map(async (name) => (await stat(name)).isFile()));
  return inside.filter((_, index) => kinds[index]);
}
