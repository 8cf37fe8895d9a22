// @ts-check
/** Whether node_modules holds what package-lock.json says, and its installation when it does not. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isCheckout } from '../checkout.mjs';
import { CommandError, runCommand } from './run-command.mjs';
import { registryProblem, stepProblem } from './problems.mjs';

/** @typedef {{packages?: Record<string, {version?: string, integrity?: string, optional?: boolean}>}} Lockfile */

/**
 * Compares by content: a checkout changes times without changing what is locked.
 * @param {Lockfile} locked package-lock.json
 * @param {Lockfile} installed node_modules/.package-lock.json, which npm writes
 */
export function isInstalled(locked, installed) {
  return Object.entries(locked.packages ?? {}).every(([path, wanted]) => {
    const found = installed.packages?.[path];
    // Optional packages of other systems are locked and not installed.
    if (path === '' || (found === undefined && wanted.optional === true)) return true;
    return found?.version === wanted.version && found?.integrity === wanted.integrity;
  });
}

/**
 * In an installed package npm itself has put them there.
 * @param {string} checkout
 */
export async function packagesPresent(checkout) {
  if (!isCheckout) return true;
  const installed = join(checkout, 'node_modules', '.package-lock.json');
  if (!existsSync(installed) || !existsSync(join(checkout, 'node_modules', '.bin', 'node'))) return false;
  const [locked, found] = await Promise.all(
    [join(checkout, 'package-lock.json'), installed].map(async (path) => JSON.parse(await readFile(path, 'utf8'))),
  );
  return isInstalled(locked, found);
}

/**
 * Not `npm ci`: it refuses a lock file that was written where the registry does not offer the optional packages of
 * every other system. `npm install --no-save` takes the same locked versions and leaves the lock file as it is.
 * @param {{checkout: string, log: string}} task
 */
export async function installPackages({ checkout, log }) {
  try {
    await runCommand('npm', ['install', '--no-save', '--no-audit', '--no-fund'], { cwd: checkout, log });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const told = error.tail.filter((line) => /^npm (error|ERR!)/.test(line));
    const evidence = told.slice(0, 4).join(' / ') || error.status;
    if (/E40[0-9]|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|network/.test(error.message)) {
      throw registryProblem({ registry: 'the npm registry (npm config get registry)', evidence });
    }
    throw stepProblem({ step: 'npm install', evidence, log, cause: error });
  }
}
