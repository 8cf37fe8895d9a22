// @ts-check
/**
 * Every check and test, in the order in which they find mistakes soonest. Nothing is skipped: all of
 * them run, whatever fails before, and what cannot run fails. The last line is the total.
 * With names (`npm test -- unit replay`) only those run, and the total says so.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeTime, runCheck, stopRunning } from './run-check.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const output = join(root, 'test-output');
const minute = 60_000;
const full = process.env['SLIPWAY_TEST_FULL'] === '1';
/** Set-up may have needed twenty minutes before: together that stays below what CI allows. */
const limitMs = (full ? 180 : 65) * minute;

/** @param {string} project @param {number} minutes @returns {import('./run-check.mjs').Check} */
const vitest = (project, minutes) => {
  const report = join(output, `${project}.json`);
  return {
    name: `${project} tests`,
    command: ['vitest', 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    limitMs: minutes * minute,
    report,
  };
};

/** @type {readonly import('./run-check.mjs').Check[]} */
const checks = [
  { name: 'types', command: ['tsc', '--noEmit'], limitMs: 5 * minute },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'], limitMs: 5 * minute },
  {
    name: 'import directions',
    command: ['depcruise', '--config', '.dependency-cruiser.mjs', 'api', 'domain', 'workflows', 'activities', 'simulator', 'workers', 'cli'],
    limitMs: 3 * minute,
  },
  { name: 'dead code', command: ['knip'], limitMs: 3 * minute },
  vitest('unit', 10),
  vitest('workflow', full ? 60 : 25),
  vitest('replay', 5),
  vitest('e2e', full ? 120 : 35),
];

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.once(signal, () => {
    stopRunning();
    process.stdout.write(`\nstopped by ${signal}\n`);
    process.exit(1);
  });
}

mkdirSync(output, { recursive: true });
const deadline = Date.now() + limitMs;
const named = process.argv.slice(2);
const chosen = checks.filter(({ name }) => named.length === 0 || named.some((word) => name.startsWith(word)));
/** @type {import('./run-check.mjs').Result[]} */
const results = [];
for (const check of chosen) {
  process.stdout.write(`\n=== ${check.name} ===\n`);
  const result = await runCheck(check, { root, deadline });
  results.push(result);
  process.stdout.write(`=== ${check.name}: ${result.failed === 0 ? 'ok' : 'FAILED'} after ${describeTime(result.ms)} ===\n`);
}

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
