// @ts-check
/** Finds a Docker engine, and installs or starts one only where there is none and this user may. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { slipwayHome } from '../tool-paths.mjs';
import { engineState } from './docker-cli.mjs';
import { dockerProblem, registryProblem, stepProblem } from './problems.mjs';
import { CommandError, runCommand, tryCommand } from './run-command.mjs';

/** @typedef {import('./docker-cli.mjs').EngineState} EngineState */

/** Private cgroup namespaces came with this engine. */
const oldestEngine = 20;
const startMs = 60_000;

/**
 * What can be done about an engine, from facts alone.
 * @typedef {object} EngineFacts
 * @property {EngineState} engine
 * @property {NodeJS.Platform} os
 * @property {boolean} root
 * @property {boolean} debian the system installs packages with apt
 * @property {boolean} elsewhere DOCKER_HOST or a context other than the default names another engine
 * @property {boolean} daemon dockerd is installed
 */

/**
 * @param {EngineFacts} facts
 * @returns {'use' | 'start' | 'install'}
 * @throws {import('./problems.mjs').SetupProblem} when a person has to act
 */
export function decideEngine({ engine, os, root, debian, elsewhere, daemon }) {
  if (engine.state === 'ready') {
    if (engine.os !== 'linux') {
      throw dockerProblem(`the Docker engine runs ${engine.os} containers`, ['switch it to Linux containers']);
    }
    if (Number.parseInt(engine.version, 10) < oldestEngine) {
      throw dockerProblem(`Docker ${engine.version} is too old: ${oldestEngine}.10 or later is needed`, ['upgrade Docker']);
    }
    return 'use';
  }
  if (engine.state === 'no-rights') {
    throw dockerProblem(`this user may not use Docker: ${engine.evidence}`, [
      'sudo usermod -aG docker "$USER", and log in again, or',
      'use an engine of your own (rootless Docker, Docker Desktop, colima) and select its context',
    ]);
  }
  const evidence = engine.state === 'unreachable' ? engine.evidence : 'the docker command is not installed';
  if (elsewhere) {
    throw dockerProblem(`the Docker engine that DOCKER_HOST or the current context names does not answer: ${evidence}`, [
      'start it, or',
      'unset DOCKER_HOST and run: docker context use default',
    ]);
  }
  if (os !== 'linux') {
    throw dockerProblem(`no Docker engine answers: ${evidence}`, ['start Docker Desktop, colima or OrbStack']);
  }
  if (!root) {
    throw dockerProblem(`no Docker engine answers, and only root may install or start one: ${evidence}`, [
      daemon ? 'sudo systemctl start docker' : 'sudo apt-get install docker.io (or follow docs.docker.com/engine/install)',
      'sudo usermod -aG docker "$USER", and log in again',
    ]);
  }
  if (daemon && engine.state !== 'no-client') return 'start';
  if (!debian) {
    throw dockerProblem(`Docker is not installed, and this system has no apt: ${evidence}`, [
      'install Docker for this distribution (docs.docker.com/engine/install) and start it',
    ]);
  }
  return 'install';
}

/**
 * @param {EngineState} engine
 * @returns {Promise<EngineFacts>}
 */
export async function engineFacts(engine) {
  const context = (await tryCommand('docker', ['context', 'show']))?.trim();
  return {
    engine,
    os: process.platform,
    root: process.getuid?.() === 0,
    debian: existsSync('/usr/bin/apt-get'),
    elsewhere: Boolean(process.env['DOCKER_HOST']) || (context !== undefined && context !== 'default' && context !== ''),
    daemon: (await findDaemon()) !== undefined,
  };
}

/**
 * Carries out what was decided, and waits until the engine answers.
 * @param {{decision: 'start' | 'install', log: string, detail: (text: string) => void}} task
 */
export async function provideEngine({ decision, log, detail }) {
  if (decision === 'install') await installDebianPackages({ packages: ['docker.io'], log, detail });
  detail('starting');
  if (existsSync('/run/systemd/system')) {
    await runCommand('systemctl', ['enable', '--now', 'docker.service'], { log });
  } else {
    await startDaemon();
  }
  const deadline = Date.now() + startMs;
  for (;;) {
    const engine = await engineState();
    if (engine.state === 'ready') return engine;
    if (Date.now() > deadline) {
      const evidence = engine.state === 'no-client' ? 'the docker command is missing' : engine.evidence;
      throw stepProblem({ step: 'Starting Docker', evidence: await lastLines(evidence), log: daemonPaths().log });
    }
    await delay(300);
  }
}

/**
 * @param {{packages: readonly string[], log: string, detail: (text: string) => void}} task
 */
export async function installDebianPackages({ packages, log, detail }) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3'];
  try {
    detail('apt-get update');
    await runCommand('apt-get', [...options, 'update'], { env, log });
    detail(`apt-get install ${packages.join(' ')}`);
    await runCommand('apt-get', [...options, 'install', '--yes', '--no-install-recommends', ...packages], { env, log });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (/Could not resolve|Failed to fetch|Unable to (locate|fetch)|Connection|403|Temporary failure/i.test(error.message)) {
      throw registryProblem({ registry: 'the Debian package archive', evidence: error.tail.slice(-3).join(' / ') });
    }
    throw error;
  }
}

export function daemonPaths() {
  const folder = join(slipwayHome(), 'docker');
  return { folder, log: join(folder, 'dockerd.log'), pid: join(folder, 'dockerd.pid') };
}

/** Without systemd nobody else keeps a daemon: it is started detached, with its log and number under Slipway's home. */
async function startDaemon() {
  const path = await findDaemon();
  if (path === undefined) throw new Error('dockerd is not on PATH though its package is installed');
  const { folder, log, pid } = daemonPaths();
  await mkdir(folder, { recursive: true });
  if (await daemonRuns(pid)) return;
  // dockerd refuses to start beside a file that names any living process, such as a stranger after a reboot.
  await rm(pid, { force: true });
  await removeStalePid('/var/run/docker/containerd/containerd.pid', 'containerd');
  const output = await open(log, 'a');
  try {
    const child = spawn(path, ['--pidfile', pid], { detached: true, stdio: ['ignore', output.fd, output.fd] });
    child.on('error', () => undefined);
    child.unref();
  } finally {
    await output.close();
  }
}

async function findDaemon() {
  for (const dir of [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/bin', '/usr/local/bin']) {
    if (dir !== '' && existsSync(join(dir, 'dockerd'))) return join(dir, 'dockerd');
  }
  return undefined;
}

/** @param {string} pidFile */
async function daemonRuns(pidFile) {
  return (await processName(pidFile)) === 'dockerd';
}

/**
 * @param {string} pidFile
 * @param {string} name
 */
async function removeStalePid(pidFile, name) {
  if (existsSync(pidFile) && (await processName(pidFile)) !== name) await rm(pidFile, { force: true });
}

/** @param {string} pidFile */
async function processName(pidFile) {
  try {
    const pid = Number.parseInt(await readFile(pidFile, 'utf8'), 10);
    return (await readFile(`/proc/${pid}/comm`, 'utf8')).trim();
  } catch {
    return undefined;
  }
}

/** @param {string} fallback */
async function lastLines(fallback) {
  try {
    return (await readFile(daemonPaths().log, 'utf8')).trim().split('\n').slice(-5).join('\n    ');
  } catch {
    return fallback;
  }
}
