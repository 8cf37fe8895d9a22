// @ts-check
/** Turns what is missing into an ordered list of steps, after making sure that each of them can be done. */
import { rm, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '../tool-paths.mjs';
import { haproxyImage, nodeImage, releaseOf, versions } from '../versions.mjs';
import { browserFacts, installBrowser, requireInstallable } from './browser.mjs';
import { docker, removeLeftContainers, removeReplacedImages } from './docker-cli.mjs';
import { decideEngine, engineFacts, provideEngine } from './docker-engine.mjs';
import { containerGo, findGo } from './go-toolchain.mjs';
import { makeLoadBalancerImage } from './load-balancer-image.mjs';
import { makeMachineImage } from './machine-image.mjs';
import { installPackages } from './npm-packages.mjs';
import { chooseSource, obtainPart } from './part-sources.mjs';
import { checkDisks, measureDisks, neededBytes } from './preflight.mjs';
import { goProblem, SetupProblem, stepProblem } from './problems.mjs';
import { CommandError, tryCommand } from './run-command.mjs';
import { checkout } from './survey.mjs';

/** @typedef {import('./survey.mjs').Survey} Survey */
/** @typedef {import('./go-toolchain.mjs').Go} Go */
/** @typedef {import('../parts.mjs').Part} Part */
/** @typedef {{title: string, run: (detail: (text: string) => void) => Promise<unknown>}} Step */

/**
 * @param {Survey} found
 * @param {string} kubernetesVersion
 * @returns {Promise<Step[]>}
 * @throws {SetupProblem} when circumstances forbid one of the steps; nothing has been changed then
 */
export async function planSteps(found, kubernetesVersion) {
  const release = releaseOf(kubernetesVersion);
  const { engine } = found;
  const decision = engine === undefined ? 'use' : decideEngine(await engineFacts(engine));
  if (!found.browser) requireInstallable(browserFacts());
  const missing = [...found.missingMachineParts, ...found.missingTools];
  const chosen = await Promise.all(missing.map((part) => chooseSource(part)));
  const sources = new Map(missing.map((part, index) => [part, chosen[index] ?? 'build']));
  const toBuild = missing.filter((part) => sources.get(part) === 'build');
  const go = await planGo({ toBuild, engineReady: engine?.state === 'ready' });
  const images = !found.machineImage || !found.loadBalancerImage;
  const purpose = toBuild.length > 0 ? `building ${toBuild.map(({ name }) => name).join(', ')}` : 'making the images';
  if (missing.length > 0 || images) {
    const disks = await measureDisks(engine?.state === 'ready' ? engine.root : '/var/lib/docker');
    checkDisks({ disks, neededBytes: neededBytes({ builds: toBuild.length > 0, images }), purpose });
  }

  const obtain = (/** @type {Part} */ part) =>
    step(partTitle(part, sources.get(part) ?? 'build'), part.name, (log, detail) =>
      obtainPart({ part, source: sources.get(part) ?? 'build', go, log, detail }),
    );
  /** @type {Step[]} */
  const steps = [];
  if (!found.packages) steps.push(step('npm packages', 'npm', (log) => installPackages({ checkout, log })));
  if (decision !== 'use') {
    const title = decision === 'install' ? 'Docker engine: installing and starting' : 'Docker engine: starting';
    steps.push(step(title, 'docker', (log, detail) => provideEngine({ decision, log, detail })));
  }
  steps.push(...found.missingMachineParts.map(obtain));
  if (!found.machineImage) {
    steps.push(
      step(`machine image ${nodeImage(kubernetesVersion)}`, 'machine-image', async (log, detail) => {
        await removeLeftContainers();
        const arch = found.machineParts[0]?.platform.split('-')[1] ?? 'amd64';
        await makeMachineImage({ release, arch, parts: found.machineParts, log, detail });
        await removeReplacedImages();
      }),
    );
  }
  if (!found.loadBalancerImage) {
    steps.push(
      step(`load balancer image ${haproxyImage}`, 'load-balancer-image', async (log, detail) => {
        await removeLeftContainers();
        await makeLoadBalancerImage({ log, detail });
        await removeReplacedImages();
      }),
    );
  }
  steps.push(...found.missingTools.map(obtain));
  if (!found.browser) steps.push(step('browser for tests', 'browser', (log, detail) => installBrowser({ log, detail })));
  return steps;
}

/** Removes what a killed set-up has left in the cache. Only under the lock. */
export async function removeLeftWork() {
  const left = (await readdir(cacheDir())).filter((name) => name.startsWith('.work-'));
  await Promise.all(left.map((name) => rm(join(cacheDir(), name), { recursive: true, force: true })));
}

/**
 * Decides on a toolchain before work starts, and has it ready when the first build asks for it.
 * @param {{toBuild: readonly Part[], engineReady: boolean}} facts
 * @returns {Promise<() => Promise<Go>>}
 */
async function planGo({ toBuild, engineReady }) {
  const { go, found } = await findGo(versions.go.minimum);
  if (go !== undefined) return async () => go;
  const { image } = versions.go;
  const pullable =
    toBuild.length > 0 &&
    engineReady &&
    ((await tryCommand('docker', ['image', 'inspect', image])) !== undefined ||
      (await tryCommand('docker', ['pull', '--quiet', image], { timeoutMs: 10 * 60_000 })) !== undefined);
  const problem = goProblem({ found, minimum: versions.go.minimum, parts: toBuild.map(({ name }) => name) });
  if (toBuild.length > 0 && !pullable) throw problem;
  return async () => {
    // A release that turned out not to be published is built after all.
    if (!pullable) await docker(['pull', '--quiet', image]).catch(() => Promise.reject(problem));
    return containerGo(image);
  };
}

/**
 * @param {Part} part
 * @param {'host' | 'release' | 'build'} source
 */
function partTitle({ name, version }, source) {
  const how = { host: 'from this host', release: 'from its release', build: 'built from its module' }[source];
  return `${name} ${version.startsWith('v') ? version : ''}`.trim() + `, ${how}`;
}

/**
 * @param {string} title
 * @param {string} name of the log file
 * @param {(log: string, detail: (text: string) => void) => Promise<unknown>} work
 * @returns {Step}
 */
function step(title, name, work) {
  const log = join(cacheDir(), 'logs', `${name}.log`);
  return {
    title,
    async run(detail) {
      await rm(log, { force: true });
      try {
        return await work(log, detail);
      } catch (error) {
        if (error instanceof SetupProblem) throw error;
        const evidence = error instanceof CommandError ? error.message : String(error);
        throw stepProblem({ step: title, evidence, log, cause: error });
      }
    },
  };
}
