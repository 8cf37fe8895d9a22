// @ts-check
/** A Docker image of Debian packages: on Docker Hub's Debian where it can be pulled, else bootstrapped on this host. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { leftOutPaths } from '../debian-packages.mjs';
import { cacheDir } from '../tool-paths.mjs';
import { versions } from '../versions.mjs';
import { installDebianPackages } from './apt.mjs';
import { containerName, contentLabel, docker } from './docker-cli.mjs';
import { exitCodes, again, registryProblem, SetupProblem } from './problems.mjs';
import { CommandError, runCommand, tryCommand } from './run-command.mjs';

const pullMs = 5 * 60_000;

/**
 * @typedef {object} DebianImage
 * @property {string} reference name and tag to give it
 * @property {string} content label by which a later set-up knows whether it is current
 * @property {readonly string[]} packages
 * @property {readonly string[]} [changes] Dockerfile instructions for the image's configuration
 * @property {string} log
 * @property {(text: string) => void} detail
 */

/**
 * @param {DebianImage} wanted
 */
export async function makeDebianImage(wanted) {
  const base = `debian:${versions.debian}-slim`;
  wanted.detail(`looking for ${base}`);
  const local = (await tryCommand('docker', ['image', 'inspect', base])) !== undefined;
  if (local || (await pull(base, wanted.log))) return await installInto({ ...wanted, base });
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw noWay(base);
  return await bootstrap(wanted);
}

/**
 * @param {string} image
 * @param {string} log
 */
async function pull(image, log) {
  try {
    await docker(['pull', '--quiet', image], { log, timeoutMs: pullMs });
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

/**
 * @param {DebianImage & {base: string}} wanted
 */
async function installInto({ reference, content, packages, changes = [], log, detail, base }) {
  detail(`installing ${packages.length} packages on ${base}`);
  const script = [
    'set -eu',
    `printf '%s\\n' ${leftOutPaths.map((line) => `'${line}'`).join(' ')} >/etc/dpkg/dpkg.cfg.d/slipway`,
    'apt-get update',
    `DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ${packages.join(' ')}`,
    'rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin',
  ].join('\n');
  const id = (await docker(['create', '--name', containerName('debian'), base, 'sh', '-c', script], { log })).trim();
  try {
    await docker(['start', '--attach', id], { log });
    await docker(['commit', ...labels(content, changes), id, reference], { log });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw registryProblem({
      registry: 'the Debian package archive, asked from inside a container,',
      evidence: error.tail.slice(-3).join(' / ') || error.status,
    });
  } finally {
    await docker(['rm', '--force', '--volumes', id]);
  }
}

/** @param {DebianImage} wanted */
async function bootstrap({ reference, content, packages, changes = [], log, detail }) {
  if ((await tryCommand('mmdebstrap', ['--version'])) === undefined) {
    await installDebianPackages({ packages: ['mmdebstrap'], log, detail });
  }
  const work = await mkdtemp(join(cacheDir(), '.work-'));
  try {
    const archive = join(work, 'root.tar');
    const options = [
      '--variant=minbase',
      '--aptopt=APT::Install-Recommends "false"',
      ...(await proxyOptions()),
      ...leftOutPaths.map((line) => `--dpkgopt=${line}`),
      `--include=${packages.join(',')}`,
      // This host's proxies mean nothing inside of a machine.
      '--customize-hook=rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"',
    ];
    await runCommand('mmdebstrap', [...options, versions.debian, archive, ...(await sourcesOfHost())], {
      log,
      onLine: (line) => detail(line.replace(/^I: /, '')),
    });
    detail('importing into Docker');
    await docker(['import', ...labels(content, changes), archive, reference], { log });
  } catch (error) {
    const refused = /Failed to fetch|Could not resolve|Unable to|Connection/i;
    if (!(error instanceof CommandError) || !refused.test(error.message)) throw error;
    throw registryProblem({ registry: 'the Debian package archive', evidence: error.tail.slice(-3).join(' / ') });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} content
 * @param {readonly string[]} changes
 */
function labels(content, changes) {
  // Of several CMD lines the last one counts.
  const all = ['CMD ["/bin/sh"]', `LABEL ${contentLabel}=${content}`, ...changes];
  return all.flatMap((change) => ['--change', change]);
}

/** The mirrors that this host is configured with, where it runs the same Debian; else mmdebstrap's own default. */
async function sourcesOfHost() {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  if (!release.includes(`VERSION_CODENAME=${versions.debian}`) || !/^ID=debian$/m.test(release)) return [];
  const found = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'].find((path) => existsSync(path));
  return found === undefined ? [] : [found];
}

async function proxyOptions() {
  const settings = (await tryCommand('apt-config', ['dump'])) ?? '';
  return settings
    .split('\n')
    .filter((line) => /^Acquire::.*Proxy\b/i.test(line))
    .map((line) => `--aptopt=${line}`);
}

/** @param {string} base */
function noWay(base) {
  return new SetupProblem({
    code: exitCodes.registry,
    what: `${base} cannot be pulled, and only root on Debian or Ubuntu can make such a file system without it`,
    unchanged: 'finished parts are kept; no image was made',
    next: [`let Docker pull it (check: docker pull ${base}), or run set-up as root on Debian`, `then run: ${again}`],
  });
}
