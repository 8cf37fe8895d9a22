import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError } from '../errors.ts';
import { errnoOf } from './errno.ts';
import type { LocalHome } from './home.ts';
import { processIdentity } from './process-identity.ts';

const WAIT_MS = 120_000;

/**
 * One `up` or `down` at a time: a second one waits. A lock whose holder is gone is taken over.
 * @throws ConflictError where the holder does not finish within two minutes.
 */
export async function withHomeLock<T>(home: LocalHome, work: () => Promise<T>): Promise<T> {
  const path = join(home.run, 'lock');
  const deadline = Date.now() + WAIT_MS;
  while (!tryLock(path)) {
    const holder = readHolder(path);
    if (holder !== undefined && processIdentity(holder.pid) !== holder.identity) {
      removeStale(path);
      continue;
    }
    if (Date.now() > deadline) {
      throw new ConflictError({
        what: `another slipway (process ${holder?.pid ?? 'unknown'}) is starting or stopping local processes`,
        where: path,
        unchanged: 'nothing was started or stopped',
        next: ['wait for it, then run the command again'],
      });
    }
    await delay(100);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** link(2) makes name and content appear together: a reader never sees a lock without its holder. */
function tryLock(path: string): boolean {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) }), { mode: 0o600 });
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Of several that find the same stale lock, the last must not remove the lock of the first. */
function removeStale(path: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
    const holder = readHolder(aside);
    if (holder !== undefined && processIdentity(holder.pid) === holder.identity) linkSync(aside, path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function readHolder(path: string): { readonly pid: number; readonly identity: string } | undefined {
  try {
    const holder: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof holder !== 'object' || holder === null || !('pid' in holder) || !('identity' in holder)) return undefined;
    const { pid, identity } = holder;
    return typeof pid === 'number' && typeof identity === 'string' ? { pid, identity } : undefined;
  } catch {
    return undefined;
  }
}
