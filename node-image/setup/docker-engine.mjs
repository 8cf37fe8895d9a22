// @ts-check
/** Finds a Docker engine, and installs or starts one only where there is none and this user may. */
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { installDebianPackages } from './apt.mjs';
import { engineState } from './docker-cli.mjs';
import { daemonPaths, findDaemon, lastLines, startDaemon } from './docker-daemon.mjs';
import { dockerProblem, stepProblem } from './problems.mjs';
import { runCommand, tryCommand } from './run-command.mjs';

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
      const what = `Docker ${engine.version} is too old: ${oldestEngine}.10 or later is needed`;
      throw dockerProblem(what, ['upgrade Docker']);
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
    throw dockerProblem(`the engine that DOCKER_HOST or the current context names does not answer: ${evidence}`, [
      'start it, or',
      'unset DOCKER_HOST and run: docker context use default',
    ]);
  }
  if (os !== 'linux') {
    throw dockerProblem(`no Docker engine answers: ${evidence}`, ['start Docker Desktop, colima or OrbStack']);
  }
  if (!root) {
    throw dockerProblem(`no Docker engine answers, and only root may install or start one: ${evidence}`, [
      daemon ? 'sudo systemctl start docker' : 'sudo apt-get install docker.io, or see docs.docker.com/engine/install',
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
    elsewhere: Boolean(process.env['DOCKER_HOST']) || !['default', '', undefined].includes(context),
    daemon: findDaemon() !== undefined,
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
