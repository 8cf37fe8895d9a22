// @ts-check
import { parseArgs } from 'node:util';
import { knownReleases, releaseOf, versions } from '../versions.mjs';
import { exitCodes, SetupProblem, withFlags } from './problems.mjs';

/** What Slipway needs; its own tests also need a browser. */
export const scopes = /** @type {const} */ (['packages', 'tools', 'docker', 'image', 'browser']);
const usual = scopes.filter((scope) => scope !== 'browser');

/** @typedef {typeof scopes[number]} Scope */

/**
 * @typedef {object} SetupArguments
 * @property {boolean} help
 * @property {boolean} check
 * @property {ReadonlySet<Scope>} only what it looks after
 * @property {string} kubernetesVersion
 * @property {readonly string[]} otherVersions whose machine images are looked after as well
 */

export const usage = `Prepares this host for Slipway: packages, Docker, the machine image, Temporal's CLI, kubectl.

usage: ${withFlags} [flags]

  --check                       only say what is there and what is missing: exit status 0 or 1
  --only WHAT                   one of ${scopes.join(', ')}; may be given several times
  --kubernetes-version VERSION  the machines' version (default ${versions.kubernetes})
  --for-tests                   also what Slipway's own tests need: a browser, which they look at the Web UI with,
                                and machines of every minor version, which they upgrade from
  -h, --help

Builds are kept in SLIPWAY_CACHE (default ~/.cache/slipway), state in SLIPWAY_HOME (default ~/.slipway).`;

/**
 * @param {readonly string[]} argv without the interpreter and the script
 * @returns {SetupArguments}
 * @throws {SetupProblem} with the usage code
 */
export function parseSetupArguments(argv) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      strict: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        check: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
        'for-tests': { type: 'boolean', default: false },
        'kubernetes-version': { type: 'string', default: versions.kubernetes },
      },
    });
    const kubernetesVersion = values['kubernetes-version'];
    releaseOf(kubernetesVersion);
    const only = readScopes(values.only);
    const forTests = values['for-tests'];
    if (forTests) only.add('browser');
    const otherVersions = forTests && only.has('image') ? knownReleases().filter((release) => release !== kubernetesVersion) : [];
    return { help: values.help, check: values.check, only, kubernetesVersion, otherVersions };
  } catch (error) {
    throw new SetupProblem({
      code: exitCodes.usage,
      what: error instanceof Error ? error.message : String(error),
      unchanged: 'nothing was started',
      next: [`${withFlags} --help`],
      cause: error,
    });
  }
}

/** @param {readonly string[]} given */
function readScopes(given) {
  const unknown = given.filter((name) => !scopes.some((scope) => scope === name));
  if (unknown.length > 0) {
    throw new RangeError(`--only ${unknown.join(', ')}: must be one of ${scopes.join(', ')}`);
  }
  return new Set(given.length === 0 ? usual : scopes.filter((scope) => given.includes(scope)));
}
