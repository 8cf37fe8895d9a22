import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ConflictError, UsageError } from '../errors.ts';
import { errnoOf } from '../local/errno.ts';
import { formatAge } from '../render/age.ts';

const WAIT_MS = 3_000;
const RETRY_MS = 50;

/**
 * Works while no kubectl changes any of these files: `<file>.lock`, created exclusively, in sorted
 * order, as client-go locks them. The work is synchronous, so that no signal ends this process with
 * a lock behind it; a signal that arrives meanwhile is dropped.
 * @throws ConflictError naming the lock that somebody holds, or that was left behind; it stays
 */
export async function withLockedFiles<T>(files: readonly string[], work: () => T, waitMs = WAIT_MS): Promise<T> {
  const locks = files.map((file) => `${file}.lock`).sort();
  const deadline = Date.now() + waitMs;
  for (;;) {
    const tried = tryLocked(locks, work);
    if ('result' in tried) return tried.result;
    if (Date.now() >= deadline) throw busy(tried.taken);
    await delay(RETRY_MS);
  }
}

function tryLocked<T>(locks: readonly string[], work: () => T): { readonly result: T } | { readonly taken: string } {
  const held: string[] = [];
  process.on('SIGINT', stay);
  process.on('SIGTERM', stay);
  try {
    for (const lock of locks) {
      if (!create(lock)) return { taken: lock };
      held.push(lock);
    }
    return { result: work() };
  } finally {
    for (const lock of held) rmSync(lock, { force: true });
    process.off('SIGINT', stay);
    process.off('SIGTERM', stay);
  }
}

function stay(): void {
  // Listening is enough: without a listener the signal would end the process at once.
}

/** False where somebody else has it. Mode 0, as client-go makes it: it is a name, not a file to read. */
function create(lock: string): boolean {
  try {
    mkdirSync(dirname(lock), { recursive: true });
  } catch (cause) {
    throw cannotCreate(dirname(lock), cause);
  }
  try {
    closeSync(openSync(lock, 'wx', 0));
    return true;
  } catch (cause) {
    if (errnoOf(cause) === 'EEXIST') return false;
    throw cannotCreate(lock, cause);
  }
}

function cannotCreate(path: string, cause: unknown): UsageError {
  return new UsageError({
    what: `${path} cannot be created: ${cause instanceof Error ? cause.message : String(cause)}`,
    unchanged: 'no kubeconfig was changed',
    cause,
  });
}

function busy(lock: string): ConflictError {
  const modifiedAt = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  const age = modifiedAt === undefined ? '' : `, and is ${formatAge(Date.now() - modifiedAt)} old`;
  return new ConflictError({
    what: `the kubeconfig is locked: ${lock} exists${age}`,
    where: lock,
    unchanged: 'no kubeconfig was changed',
    next: ['run the command again when the kubectl (or other tool) that changes the file has ended', `if none does, it was left behind: rm -f '${lock}'`],
  });
}
