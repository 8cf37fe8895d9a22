// @ts-check
/** What is there and what is missing. Changes nothing, and takes a fraction of a second when all is there. */
import { fileURLToPath } from 'node:url';
import { hostParts, machineParts } from '../parts.mjs';
import { platformOf } from '../tool-paths.mjs';
import { haproxyImage, nodeImage, releaseOf } from '../versions.mjs';
import { findBrowser } from './browser.mjs';
import { contentHash } from './content-hash.mjs';
import { engineState, imageContent } from './docker-cli.mjs';
import { loadBalancerContent } from './load-balancer-image.mjs';
import { machineContent } from './machine-image.mjs';
import { packagesPresent } from './npm-packages.mjs';
import { isPresent } from './part-sources.mjs';

/** @typedef {import('../parts.mjs').Part} Part */

export const checkout = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * @typedef {object} Survey
 * @property {boolean} packages needed ones are installed
 * @property {import('./docker-cli.mjs').EngineState | undefined} engine undefined where nobody asked
 * @property {boolean} engineNeeded
 * @property {readonly Part[]} missingTools
 * @property {boolean} browser there, or not asked for
 * @property {boolean} machineImage current, or not asked for
 * @property {boolean} loadBalancerImage current, or not asked for
 * @property {readonly Part[]} machineParts all that the image is made of
 * @property {readonly Part[]} missingMachineParts empty while the image is current
 * @property {readonly {name: string, present: boolean, detail: string}[]} lines for --check
 */

/**
 * @param {Pick<import('./arguments.mjs').SetupArguments, 'only' | 'kubernetesVersion'>} wanted
 * @returns {Promise<Survey>}
 */
export async function survey({ only, kubernetesVersion }) {
  const release = releaseOf(kubernetesVersion);
  const engineNeeded = only.has('docker') || only.has('image');
  const [packages, engine, tools] = await Promise.all([
    only.has('packages') ? packagesPresent(checkout) : true,
    engineNeeded ? engineState() : undefined,
    only.has('tools') ? describeParts(hostParts({ release, platform: platformOf() })) : [],
  ]);
  const browser = only.has('browser') ? findBrowser() : undefined;
  const ready = engine?.state === 'ready';
  const arch = ready ? engine.arch : (platformOf().split('-')[1] ?? 'amd64');
  const images = only.has('image');
  const [machineImage, loadBalancerImage] = images
    ? await Promise.all([
        ready ? isCurrent(nodeImage(kubernetesVersion), machineContent(release, arch)) : Promise.resolve(false),
        ready ? isCurrent(haproxyImage, loadBalancerContent()) : Promise.resolve(false),
      ])
    : [true, true];
  const parts = images ? machineParts({ release, arch, ...(await ownParts()) }) : [];
  const described = machineImage ? [] : await describeParts(parts);
  return {
    packages,
    engine,
    engineNeeded,
    browser: browser !== undefined || !only.has('browser'),
    missingTools: tools.filter(({ present }) => !present).map(({ part }) => part),
    machineImage,
    loadBalancerImage,
    machineParts: parts,
    missingMachineParts: described.filter(({ present }) => !present).map(({ part }) => part),
    lines: [
      ...(only.has('packages') ? [{ name: 'npm packages', present: packages, detail: 'node_modules' }] : []),
      ...(engine === undefined ? [] : [{ name: 'Docker engine', present: ready, detail: describeEngine(engine) }]),
      ...[...tools, ...described].map(({ part, present }) => ({ name: part.name, present, detail: part.version })),
      ...(images ? [{ name: 'machine image', present: machineImage, detail: nodeImage(kubernetesVersion) }] : []),
      ...(images ? [{ name: 'load balancer image', present: loadBalancerImage, detail: haproxyImage }] : []),
      ...(only.has('browser') ? [{ name: 'browser for tests', present: browser !== undefined, detail: browser ?? 'chromium' }] : []),
    ],
  };
}

/**
 * @param {string} reference
 * @param {Promise<string>} expected
 */
async function isCurrent(reference, expected) {
  return (await imageContent(reference)) === (await expected);
}

/** @param {Survey} found */
export function isComplete(found) {
  return found.lines.every(({ present }) => present);
}

/** @param {readonly Part[]} parts */
function describeParts(parts) {
  return Promise.all(parts.map(async (part) => ({ part, present: await isPresent(part) })));
}

/** Programs of this repository have their source's digest as their version. */
async function ownParts() {
  const base = fileURLToPath(new URL('..', import.meta.url));
  const [probe, pause] = await Promise.all(
    ['probe', 'pause'].map((folder) => contentHash({ base, paths: [folder], values: 1 })),
  );
  return { probe: probe ?? '', pause: pause ?? '' };
}

/** @param {import('./docker-cli.mjs').EngineState} engine */
function describeEngine(engine) {
  if (engine.state === 'ready') return `${engine.version}, ${engine.os}-${engine.arch}`;
  return engine.state === 'no-client' ? 'the docker command is not installed' : engine.evidence;
}
