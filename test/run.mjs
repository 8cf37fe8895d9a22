// @ts-check
/**
 * Every check and test, in the order in which they find mistakes soonest. Nothing is skipped: all of
 * them run, whatever fails before, and what cannot run fails. The last line is the total.
 * With names (`npm test -- unit replay`) only those run, and the total says so.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'node_modules', '.bin');
const output = join(root, 'test-output');
const minute = 60_000;

/** @typedef {{name: string, command: readonly string[], limitMs: number, report?: string}} Check */
/** @typedef {{name: string, passed: number, failed: number, ms: number, note: string}} Result */

/** @param {string} project @param {number} minutes @returns {Check} */
const vitest = (project, minutes) => {
  const report = join(output, `${project}.json`);
  return {
    name: `${project} tests`,
    command: ['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    limitMs: minutes * minute,
    report,
  };
};

/** @type {readonly Check[]} */
const checks = [
  { name: 'types', command: ['tsc', '--noEmit'], limitMs: 5 * minute },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'], limitMs: 5 * minute },
  {
    name: 'import directions',
    command: ['depcruise', '--config', '.dependency-cruiser.mjs', 'api', 'domain', 'workflows', 'activities', 'workers', 'cli'],
    limitMs: 3 * minute,
  },
  { name: 'dead code', command: ['knip'], limitMs: 3 * minute },
  vitest('unit', 10),
  vitest('workflow', 10),
  vitest('replay', 5),
  vitest('e2e', process.env['SLIPWAY_TEST_FULL'] === '1' ? 120 : 35),
];

/** @param {Check} check @returns {Promise<Result>} */
async function run(check) {
  const started = Date.now();
  process.stdout.write(`\n=== ${check.name} ===\n`);
  if (check.report !== undefined) rmSync(check.report, { force: true });
  const ended = await spawnBounded(check);
  const ms = Date.now() - started;
  if (check.report === undefined) {
    return { name: check.name, passed: ended.ok ? 1 : 0, failed: ended.ok ? 0 : 1, ms, note: ended.note };
  }
  return { name: check.name, ms, ...count(check.report, ended) };
}

/**
 * What Vitest's own report says. A skipped test, a run without tests and a file that could not be
 * loaded all count as failed.
 * @param {string} report @param {{ok: boolean, note: string}} ended
 */
function count(report, ended) {
  try {
    const { numPassedTests, numTotalTests } = JSON.parse(readFileSync(report, 'utf8'));
    const failed = numTotalTests - numPassedTests;
    if (numTotalTests === 0) return { passed: 0, failed: 1, note: 'no test was found' };
    if (failed === 0 && !ended.ok) return { passed: numPassedTests, failed: 1, note: ended.note };
    return { passed: numPassedTests, failed, note: ended.note };
  } catch {
    return { passed: 0, failed: 1, note: ended.note || 'no report was written' };
  }
}

/** @param {Check} check @returns {Promise<{ok: boolean, note: string}>} */
function spawnBounded({ command, limitMs }) {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    // A group of its own: what a test started must not outlive the limit.
    const child = spawn(join(bin, program), args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      detached: true,
      env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    });
    let note = '';
    const kill = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
    const timer = setTimeout(() => {
      note = `stopped after ${Math.round(limitMs / minute)} min`;
      kill();
    }, limitMs);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.once(signal, () => {
        kill();
        process.exit(1);
      });
    }
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ ok: false, note: error.message });
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve({ ok: code === 0, note: note || (code === 0 ? '' : `exit code ${code}`) });
    });
  });
}

mkdirSync(output, { recursive: true });
/** @type {Result[]} */
const results = [];
const named = process.argv.slice(2);
const chosen = checks.filter(({ name }) => named.length === 0 || named.some((word) => name.startsWith(word)));
for (const check of chosen) results.push(await run(check));

process.stdout.write('\n');
for (const { name, passed, failed, ms, note } of results) {
  const mark = failed === 0 ? 'ok    ' : 'FAILED';
  process.stdout.write(`${mark} ${name.padEnd(20)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${(ms / 1000).toFixed(0).padStart(5)} s  ${note}\n`);
}
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
if (named.length > 0) process.stdout.write(`\nonly: ${chosen.map(({ name }) => name).join(', ') || 'nothing has such a name'}\n`);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
