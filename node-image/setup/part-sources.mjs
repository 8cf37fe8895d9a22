// @ts-check
/** Gets one part: from the cache, from elsewhere on this host, from its official release, or by building it. */
import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir, partDir } from '../tool-paths.mjs';
import { buildFromModules, buildFromSource } from './go-build.mjs';
import { downloadRelease, releasesReachable } from './releases.mjs';
import { tryCommand } from './run-command.mjs';

/** @typedef {import('../parts.mjs').Part} Part */
/** @typedef {import('./go-toolchain.mjs').Go} Go */
/** @typedef {'cache' | 'host' | 'release' | 'build'} Source */

const sources = fileURLToPath(new URL('..', import.meta.url));

/**
 * Whether all programs of a part are in the cache.
 * @param {Part} part
 */
export async function isPresent(part) {
  const found = await Promise.all(part.programs.map((program) => isExecutable(programPath(part, program))));
  return found.every(Boolean);
}

/**
 * @param {Part} part
 * @param {string} program
 */
export function programPath(part, program) {
  return join(partDir({ part: part.name, version: part.version, platform: part.platform }), 'bin', program);
}

/**
 * Which source a missing part would come from, asked before any work starts.
 * @param {Part} part
 * @returns {Promise<Exclude<Source, 'cache'>>}
 */
export async function chooseSource(part) {
  if ((await findOnHost(part)) !== undefined) return 'host';
  return (await releasesReachable(part.released)) ? 'release' : 'build';
}

/**
 * Puts a missing part into the cache. It appears there complete or not at all.
 * @param {{part: Part, source: Exclude<Source, 'cache'>, go: () => Promise<Go>, log: string,
 *   detail: (text: string) => void}} task go is asked for only when something has to be built
 * @returns {Promise<Source>} where it came from in the end
 */
export async function obtainPart({ part, source, go, log, detail }) {
  const final = partDir({ part: part.name, version: part.version, platform: part.platform });
  await mkdir(dirname(final), { recursive: true });
  const work = await mkdtemp(join(cacheDir(), '.work-'));
  try {
    const { bin, from } = await fetchPart({ part, source, go, work, log, detail });
    const complete = join(work, 'complete');
    await mkdir(join(complete, 'bin'), { recursive: true });
    for (const program of part.programs) {
      await rename(join(bin, program), join(complete, 'bin', program));
      await chmod(join(complete, 'bin', program), 0o755);
    }
    await writeFile(join(complete, 'source'), `${from}\n`);
    // An incomplete folder can only stem from a person's hand: builds are renamed into place.
    await rm(final, { recursive: true, force: true });
    await rename(complete, final);
    return from;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * @param {{part: Part, source: Exclude<Source, 'cache'>, go: () => Promise<Go>, work: string, log: string,
 *   detail: (text: string) => void}} task
 * @returns {Promise<{bin: string, from: Source}>}
 */
async function fetchPart({ part, source, go, work, log, detail }) {
  // Asked again: a part that was built since may hold the program.
  const host = await findOnHost(part);
  if (host !== undefined) {
    for (const program of part.programs) await copyFile(host, join(work, program));
    return { bin: work, from: 'host' };
  }
  if (source === 'release' && (await downloadAll({ part, into: join(work, 'release'), detail }))) {
    return { bin: join(work, 'release'), from: 'release' };
  }
  const toolchain = await go();
  const task = { part, go: toolchain, work: join(work, 'build'), log };
  if (part.source !== undefined) {
    return { bin: await buildFromSource({ ...task, from: join(sources, part.source) }), from: 'build' };
  }
  if (part.build === undefined) throw new TypeError(`${part.name} has neither a release nor a build`);
  return { bin: await buildFromModules({ ...task, build: part.build, detail }), from: 'build' };
}

/**
 * @param {{part: Part, into: string, detail: (text: string) => void}} task
 */
async function downloadAll({ part, into, detail }) {
  for (const file of part.released) {
    if (!(await downloadRelease({ file, into, detail }))) return false;
  }
  return part.released.length > 0;
}

/**
 * A program of exactly this version, in another part or on PATH. Copied into the cache: what is elsewhere may change.
 * @param {Part} part
 */
async function findOnHost(part) {
  const [program] = part.programs;
  if (part.versionCommand === undefined || program === undefined || part.programs.length > 1) return undefined;
  const { version, platform, alsoIn } = part;
  const beside = alsoIn === undefined ? [] : [join(partDir({ part: alsoIn, version, platform }), 'bin')];
  const onPath = (process.env['PATH'] ?? '').split(':').filter((entry) => entry !== '');
  for (const dir of [...beside, ...onPath]) {
    const path = join(dir, program);
    if (!(await isExecutable(path))) continue;
    const said = await tryCommand(path, part.versionCommand);
    if (said !== undefined && namesVersion(said, part.version)) return path;
  }
  return undefined;
}

/**
 * Whether a program's answer names this version, with or without the v, and not a longer one.
 * @param {string} answer
 * @param {string} version
 */
export function namesVersion(answer, version) {
  const bare = version.replace(/^v/, '').replaceAll('.', '\\.');
  return new RegExp(`(?<![\\w.])v?${bare}(?![\\w.+-])`).test(answer);
}

/** @param {string} path */
async function isExecutable(path) {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
