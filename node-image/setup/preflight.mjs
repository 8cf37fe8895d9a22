// @ts-check
/** Looks at the circumstances before any work starts, so that what must fail fails in seconds and not after minutes. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { cacheDir } from '../tool-paths.mjs';
import { diskProblem, exitCodes, SetupProblem } from './problems.mjs';

const systems = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
const oldestNode = 20;

/** Builds with their modules and Go's caches, and the images made of them. */
export const buildBytes = 15e9;
/** Downloads and images without any build. */
export const imageBytes = 6e9;
/** Downloads of tools alone. */
export const toolBytes = 1e9;

/**
 * @param {{platform: string, arch: string, node: string}} host
 * @throws {SetupProblem}
 */
export function checkSystem({ platform, arch, node }) {
  const system = `${platform}-${arch}`;
  if (!systems.includes(system)) {
    throw unsupported(`${system} is not supported; supported are ${systems.join(', ')}`, [
      platform === 'win32' ? 'use WSL 2 with a Linux distribution' : 'use one of these systems',
    ]);
  }
  if (Number.parseInt(node, 10) < oldestNode) {
    throw unsupported(`Node.js ${node} is too old`, [`install Node.js ${oldestNode} or later`]);
  }
}

/**
 * How much room the missing things need.
 * @param {{builds: boolean, images: boolean}} work
 */
export function neededBytes({ builds, images }) {
  if (builds) return buildBytes;
  return images ? imageBytes : toolBytes;
}

/**
 * @param {{disks: readonly {where: string, freeBytes: number}[], neededBytes: number, purpose: string}} facts
 * @throws {SetupProblem}
 */
export function checkDisks({ disks, neededBytes: needed, purpose }) {
  for (const { where, freeBytes } of disks) {
    if (freeBytes < needed) throw diskProblem({ where, freeBytes, neededBytes: needed, purpose });
  }
}

/**
 * Free space where set-up writes: its cache, the home with Go's caches, and the engine's root if it is on this host.
 * @param {string | undefined} engineRoot
 */
export async function measureDisks(engineRoot) {
  const places = [cacheDir(), homedir(), ...(engineRoot === undefined ? [] : [engineRoot])];
  const existing = places.filter((place) => place !== engineRoot || existsSync(place)).map(nearestExisting);
  return await Promise.all(
    [...new Set(existing)].map(async (where) => {
      const { bavail, bsize } = await statfs(where);
      return { where, freeBytes: bavail * bsize };
    }),
  );
}

/**
 * @param {string} path
 * @returns {string}
 */
function nearestExisting(path) {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

/**
 * @param {string} what
 * @param {readonly string[]} next
 */
function unsupported(what, next) {
  return new SetupProblem({ code: exitCodes.unsupportedSystem, what, unchanged: 'nothing was started', next });
}
