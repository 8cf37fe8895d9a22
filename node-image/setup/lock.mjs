// @ts-check
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exitCodes, SetupProblem } from './problems.mjs';

const pollMs = 1000;

/**
 * Runs work while no other set-up of the same cache does. The lock is a file that names its holder, so that one left
 * by a killed set-up is recognised and taken over.
 * @template T
 * @param {{path: string, waitMs: number, onWait: (holder: number) => void}} options
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 * @throws {SetupProblem} when the holder is still alive after waitMs
 */
export async function withLock({ path, waitMs, onWait }, work) {
  const mine = `${path}.${process.pid}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(mine, JSON.stringify({ pid: process.pid, startedAt: await processStart(process.pid) }));
  try {
    await take({ path, mine, waitMs, onWait });
    try {
      return await work();
    } finally {
      await rm(path, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/**
 * @param {{path: string, mine: string, waitMs: number, onWait: (holder: number) => void}} options
 */
async function take({ path, mine, waitMs, onWait }) {
  const deadline = Date.now() + waitMs;
  let told = false;
  for (;;) {
    try {
      // Atomic, and the file is complete from its first moment: never half-written, never two winners.
      await link(mine, path);
      await rm(mine);
      return;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    const holder = await readHolder(path);
    if (holder === undefined) continue;
    if (!(await isAlive(holder))) {
      await removeDead({ path, holder, aside: `${mine}.dead` });
      continue;
    }
    if (Date.now() > deadline) throw busy(holder.pid, path);
    if (!told) onWait(holder.pid);
    told = true;
    await delay(pollMs);
  }
}

/**
 * Takes a dead holder's file away. Another process may have done so and hold the lock by now: then it is put back.
 * @param {{path: string, holder: Holder, aside: string}} found
 */
async function removeDead({ path, holder, aside }) {
  try {
    await rename(path, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  const taken = await readHolder(aside);
  if (taken?.pid !== holder.pid || taken.startedAt !== holder.startedAt) await link(aside, path);
  await rm(aside, { force: true });
}

/**
 * @typedef {{pid: number, startedAt: string}} Holder
 */

/**
 * @param {string} path
 * @returns {Promise<Holder | undefined>} undefined when the file has gone meanwhile
 */
async function readHolder(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** @param {Holder} holder */
async function isAlive({ pid, startedAt }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return isCode(error, 'EPERM');
  }
  return (await processStart(pid)) === startedAt;
}

/**
 * Tells a process from a later one with the same number, where the system says when it started.
 * @param {number} pid
 */
async function processStart(pid) {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/**
 * @param {number} pid
 * @param {string} path
 */
function busy(pid, path) {
  return new SetupProblem({
    code: exitCodes.busy,
    what: `another set-up (process ${pid}) is still at work`,
    unchanged: 'nothing was started',
    next: ['wait for it, or end it', `its lock is ${path}; it is ignored once that process is gone`],
  });
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function isCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
