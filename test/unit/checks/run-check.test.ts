import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCheck } from '../../run-check.mjs';

/** The command that runs all tests, on tests that it must not let pass. */

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-checks-'));
  symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'));
});
afterAll(() => rmSync(root, { recursive: true }));

const inAMinute = () => ({ root, deadline: Date.now() + 60_000 });
const shell = (script: string, limitMs = 30_000) => ({ name: 'it', command: ['sh', '-c', script], limitMs });

/** Runs one test file as `npm test` runs a project. */
async function runTests(name: string, body: string) {
  const folder = join(root, name);
  mkdirSync(folder);
  const report = join(folder, 'report.json');
  writeFileSync(join(folder, 'it.test.js'), `import { expect, test } from 'vitest';\n${body}\n`);
  const command = ['vitest', 'run', '--root', folder, '--reporter=json', `--outputFile.json=${report}`];
  return runCheck({ name, command, limitMs: 60_000, report }, inAMinute());
}

describe('a test run', () => {
  test.each([
    { name: 'passing', body: "test('a', () => {}); test('b', () => {});", expected: { passed: 2, failed: 0, note: '' } },
    { name: 'failing', body: "test('a', () => {}); test('b', () => expect(1).toBe(2));", expected: { passed: 1, failed: 1, note: 'exit code 1' } },
    { name: 'skipping', body: "test('a', () => {}); test.skip('b', () => {});", expected: { passed: 1, failed: 1, note: '1 skipped' } },
    { name: 'to-do', body: "test('a', () => {}); test.todo('b');", expected: { passed: 1, failed: 1, note: '1 skipped' } },
    { name: 'without tests', body: '', expected: { passed: 0, failed: 1 } },
    { name: 'that cannot be loaded', body: "throw new Error('no');", expected: { passed: 0, failed: 1 } },
    { name: 'with an error outside of tests', body: "test('a', () => { setTimeout(() => { throw new Error('late'); }); return new Promise((done) => setTimeout(done, 50)); });", expected: { passed: 1, failed: 1 } },
    { name: 'alone', body: "test('a', () => {}); test.only('b', () => {});", expected: { passed: 0 } },
    { name: 'without its golden file', body: "test('a', () => expect('x').toMatchFileSnapshot('./missing.txt'));", expected: { passed: 0, failed: 1 } },
  ])('$name', async ({ name, body, expected }) => {
    expect(await runTests(name.replaceAll(' ', '-'), body)).toMatchObject(expected);
  });

  test('an old report says nothing of a run that wrote none', async () => {
    const report = join(root, 'old.json');
    writeFileSync(report, JSON.stringify({ numTotalTests: 3, numPassedTests: 3, numFailedTests: 0 }));
    expect(await runCheck({ ...shell('exit 0'), report }, inAMinute())).toMatchObject({ passed: 0, failed: 1, note: 'no report was written' });
  });
});

describe('a check', () => {
  test.each([
    ['exit 0', { passed: 1, failed: 0, note: '' }],
    ['exit 3', { passed: 0, failed: 1, note: 'exit code 3' }],
    ['kill -9 $$', { passed: 0, failed: 1, note: 'ended by SIGKILL' }],
  ])('that does: %s', async (script, expected) => {
    expect(await runCheck(shell(script), inAMinute())).toMatchObject(expected);
  });

  test('that is not there fails with its name', async () => {
    const result = await runCheck({ name: 'it', command: ['no-such-program'], limitMs: 1000 }, inAMinute());
    expect(result).toMatchObject({ failed: 1, note: expect.stringContaining('no-such-program') });
  });

  test('that hangs is stopped, with all that it started', async () => {
    // A pipe ends when the last process that holds it has ended.
    const pipe = join(root, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const held = createReadStream(pipe).resume();
    const released = once(held, 'end');
    const result = await runCheck(shell(`sleep 600 > ${pipe} & wait`, 500), inAMinute());
    expect(result).toMatchObject({ passed: 0, failed: 1, note: 'stopped after 0.5 s: it hung, or needs more than its time' });
    await released;
  });

  test('for which no time is left is not run, and fails', async () => {
    const result = await runCheck(shell(`touch ${join(root, 'ran')}`), { root, deadline: Date.now() - 1 });
    expect(result).toMatchObject({ passed: 0, failed: 1, note: 'not run: the time for all checks was used up' });
    expect(existsSync(join(root, 'ran'))).toBe(false);
  });
});
