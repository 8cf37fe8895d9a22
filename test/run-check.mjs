// @ts-check
/** One check of `npm test`: a program that must end well within its time, and what its report says. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @typedef {{name: string, command: readonly string[], limitMs: number, report?: string}} Check `report`: where Vitest writes its JSON */
/** @typedef {{name: string, passed: number, failed: number, ms: number, note: string}} Result */
/** @typedef {{ok: boolean, note: string}} Ended */

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;

/** Ends the check that runs, with all that it started. */
export function stopRunning() {
  if (running?.pid === undefined) return;
  try {
    process.kill(-running.pid, 'SIGKILL');
  } catch (error) {
    // It ended in this very moment.
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ESRCH') throw error;
  }
}

/**
 * A check without a report counts as one; a hung one is stopped and counts as failed.
 * @param {Check} check
 * @param {{root: string, deadline: number}} limits `deadline`: epoch milliseconds after which nothing runs any more
 * @returns {Promise<Result>}
 */
export async function runCheck(check, { root, deadline }) {
  const started = Date.now();
  const { name, report } = check;
  const limitMs = Math.min(check.limitMs, deadline - started);
  if (limitMs <= 0) return { name, passed: 0, failed: 1, ms: 0, note: 'not run: the time for all checks was used up' };
  if (report !== undefined) rmSync(report, { force: true });
  const ended = await spawnBounded(check.command, { root, limitMs });
  const ms = Date.now() - started;
  if (report !== undefined) return { name, ms, ...count(report, ended) };
  return { name, passed: ended.ok ? 1 : 0, failed: ended.ok ? 0 : 1, ms, note: ended.note };
}

/**
 * What Vitest's own report says. A skipped test, a run without tests and a file that could not be
 * loaded all count as failed.
 * @param {string} report
 * @param {Ended} ended
 * @returns {Pick<Result, 'passed' | 'failed' | 'note'>}
 */
function count(report, ended) {
  try {
    const { numPassedTests, numFailedTests, numTotalTests } = JSON.parse(readFileSync(report, 'utf8'));
    const failed = numTotalTests - numPassedTests;
    const skipped = failed - numFailedTests;
    const note = [ended.note, skipped > 0 ? `${skipped} skipped` : ''].filter((part) => part !== '').join(', ');
    if (numTotalTests === 0) return { passed: 0, failed: 1, note: 'no test was found' };
    return { passed: numPassedTests, failed: failed === 0 && !ended.ok ? 1 : failed, note };
  } catch {
    return { passed: 0, failed: 1, note: ended.note || 'no report was written' };
  }
}

/**
 * @param {readonly string[]} command
 * @param {{root: string, limitMs: number}} limits
 * @returns {Promise<Ended>}
 */
function spawnBounded([program = '', ...args], { root, limitMs }) {
  const bin = join(root, 'node_modules', '.bin');
  return new Promise((resolve) => {
    // A group of its own: what a test started must not outlive the limit.
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
      // In CI Vitest neither writes a golden file that is missing nor lets a test stand alone (`only`).
      env: { ...process.env, CI: 'true', PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
    });
    running = child;
    let note = '';
    const timer = setTimeout(() => {
      note = `stopped after ${describeTime(limitMs)}: it hung, or needs more than its time`;
      stopRunning();
    }, limitMs);
    /** @param {Ended} ended */
    const end = (ended) => {
      clearTimeout(timer);
      running = undefined;
      resolve(ended);
    };
    child.once('error', (error) => end({ ok: false, note: error.message }));
    child.once('exit', (code, signal) => end({ ok: code === 0, note: note || (code === 0 ? '' : signal === null ? `exit code ${code}` : `ended by ${signal}`) }));
  });
}

/** @param {number} ms */
export function describeTime(ms) {
  return ms >= 60_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 1000).toFixed(1)} s`;
}
