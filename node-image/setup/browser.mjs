// @ts-check
/** Finds the browser that Slipway's own tests look at the Web UI with, and installs one only where this user may. */
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installDebianPackages } from './apt.mjs';
import { exitCodes, SetupProblem } from './problems.mjs';

/** All take the same flags; the first that is there is used. */
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const macPrograms = ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);

/**
 * The absolute path of a Chromium or Chrome: the one that `SLIPWAY_TEST_BROWSER` names, or the first on PATH.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [os] as in process.platform
 * @returns {string | undefined}
 */
export function findBrowser(env = process.env, os = process.platform) {
  const named = env['SLIPWAY_TEST_BROWSER'];
  if (named) return isProgram(named) ? named : undefined;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...(os === 'darwin' ? macPrograms : [])].find(isProgram);
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * @typedef {object} BrowserFacts
 * @property {boolean} root
 * @property {boolean} debian Debian itself: Ubuntu's package of that name needs snapd
 * @property {string | undefined} named what SLIPWAY_TEST_BROWSER says
 */

/**
 * Whether a missing browser can be installed.
 * @param {BrowserFacts} facts
 * @throws {SetupProblem} when a person has to act
 */
export function requireInstallable({ root, debian, named }) {
  if (named) throw browserProblem(`SLIPWAY_TEST_BROWSER names ${named}, which is no program`, 'correct it, or unset it');
  if (!debian) throw browserProblem('there is none on PATH', 'install Chromium or Google Chrome');
  if (!root) throw browserProblem('there is none on PATH, and only root may install one', 'sudo apt-get install chromium');
}

/** @returns {BrowserFacts} */
export function browserFacts() {
  const release = '/etc/os-release';
  return {
    root: process.getuid?.() === 0,
    debian: existsSync(release) && /^ID=debian$/m.test(readFileSync(release, 'utf8')),
    named: process.env['SLIPWAY_TEST_BROWSER'],
  };
}

/** @param {{log: string, detail: (text: string) => void}} task */
export function installBrowser({ log, detail }) {
  return installDebianPackages({ packages: ['chromium'], log, detail });
}

/**
 * @param {string} found
 * @param {string} remedy
 */
function browserProblem(found, remedy) {
  return new SetupProblem({
    code: exitCodes.browser,
    what: `the tests need Chromium or Google Chrome to look at the Web UI: ${found}`,
    unchanged: 'nothing was installed or started',
    next: [`${remedy}, or`, 'name one that is elsewhere: SLIPWAY_TEST_BROWSER=/path/to/chromium', 'then run: npm test'],
  });
}
