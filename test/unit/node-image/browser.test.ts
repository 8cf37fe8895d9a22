import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { findBrowser, requireInstallable, type BrowserFacts } from '../../../node-image/setup/browser.mjs';
import { parseSetupArguments } from '../../../node-image/setup/arguments.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'slipway-browser-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function program(folder: string, name: string, mode = 0o755): string {
  const path = join(scratch, folder, name);
  mkdirSync(join(scratch, folder), { recursive: true });
  writeFileSync(path, '');
  chmodSync(path, mode);
  return path;
}

describe('which browser is used', () => {
  const chrome = program('chrome', 'google-chrome');
  const chromium = program('chromium', 'chromium');
  program('file', 'chromium', 0o644);
  const inFolder = (name: string) => join(scratch, name);

  test.each<[string, NodeJS.ProcessEnv, string | undefined]>([
    ['none on PATH', { PATH: scratch }, undefined],
    ['no PATH at all', {}, undefined],
    ['Chromium before Chrome, wherever it is', { PATH: `${inFolder('chrome')}:${inFolder('chromium')}` }, chromium],
    ['Chrome', { PATH: inFolder('chrome') }, chrome],
    ['not a file that is no program', { PATH: inFolder('file') }, undefined],
    ['the one that is named', { PATH: inFolder('chromium'), SLIPWAY_TEST_BROWSER: chrome }, chrome],
    ['no other than the one that is named', { PATH: inFolder('chromium'), SLIPWAY_TEST_BROWSER: '/nowhere' }, undefined],
  ])('%s', (_, env, expected) => {
    expect(findBrowser(env, 'linux')).toBe(expected);
  });
});

describe('a missing browser', () => {
  const may: BrowserFacts = { root: true, debian: true, named: undefined };

  test('is installed by root on Debian', () => {
    expect(() => requireInstallable(may)).not.toThrow();
  });

  test.each<[string, Partial<BrowserFacts>, RegExp, RegExp]>([
    ['another user is told what root does', { root: false }, /only root may install/, /apt-get install chromium/],
    ['another system installs its own', { debian: false }, /none on PATH/, /install Chromium or Google Chrome/],
    ['a wrong name is said', { named: '/nowhere' }, /SLIPWAY_TEST_BROWSER names \/nowhere/, /correct it/],
  ])('%s', (_, facts, what, next) => {
    const expected = { code: 18, message: expect.stringMatching(what), next: expect.arrayContaining([expect.stringMatching(next)]) };
    expect(() => requireInstallable({ ...may, ...facts })).toThrow(expect.objectContaining(expected));
  });
});

describe('it is looked for', () => {
  test.each<[readonly string[], boolean]>([
    [[], false],
    [['--only', 'tools'], false],
    [['--for-tests'], true],
    [['--only', 'tools', '--for-tests'], true],
    [['--only', 'browser'], true],
  ])('%j: %s', (argv, expected) => {
    expect(parseSetupArguments(argv).only.has('browser')).toBe(expected);
  });
});

test.each([
  [['--for-tests'], ['v1.33.13']],
  [['--for-tests', '--kubernetes-version', 'v1.33.13'], ['v1.34.4']],
  [['--for-tests', '--only', 'tools'], []],
])('the machines that tests upgrade from are looked after with %j: %j', (argv, expected) => {
  expect(parseSetupArguments(argv).otherVersions).toEqual(expected);
});
