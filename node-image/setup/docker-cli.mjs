// @ts-check
/** The docker command, as far as set-up uses it. It follows DOCKER_HOST and the user's context by itself. */
import { createHash } from 'node:crypto';
import { cacheDir } from '../tool-paths.mjs';
import { CommandError, runCommand, tryCommand } from './run-command.mjs';

/** On images: a digest of what they were made from. */
export const contentLabel = 'slipway.dev/content';

/**
 * Names set-up's own containers, so that it may remove what an interrupted run of the same cache has left. A name and
 * not a label: labels pass from a container to the image made of it, and so to every machine.
 */
function containerPrefix() {
  return `slipway-set-up-${createHash('sha256').update(cacheDir()).digest('hex').slice(0, 8)}-`;
}

/** @param {string} purpose */
export function containerName(purpose) {
  return `${containerPrefix()}${purpose}-${process.pid}`;
}

/**
 * @param {readonly string[]} args
 * @param {import('./run-command.mjs').CommandOptions} [options]
 */
export function docker(args, options) {
  return runCommand('docker', args, options);
}

/**
 * @typedef {{state: 'ready', version: string, os: string, arch: string, root: string}
 *   | {state: 'no-client'} | {state: 'no-rights' | 'unreachable', evidence: string}} EngineState
 */

/**
 * @returns {Promise<EngineState>}
 */
export async function engineState() {
  const format = '{{.ServerVersion}}|{{.OSType}}|{{.Architecture}}|{{.DockerRootDir}}|{{json .ServerErrors}}';
  try {
    const [version = '', os = '', arch = '', root = '', errors = ''] = (
      await docker(['info', '--format', format], { timeoutMs: 20_000 })
    )
      .trim()
      .split('|');
    if (version !== '') return { state: 'ready', version, os, arch: goArch(arch), root };
    return refusal(errors);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (error.cause !== undefined) return { state: 'no-client' };
    return refusal(error.tail.join(' '));
  }
}

/**
 * @param {string} evidence
 * @returns {EngineState}
 */
function refusal(evidence) {
  return { state: /permission denied/i.test(evidence) ? 'no-rights' : 'unreachable', evidence };
}

/** @param {string} arch as uname says it */
function goArch(arch) {
  return { x86_64: 'amd64', aarch64: 'arm64' }[arch] ?? arch;
}

/**
 * The content label of a local image; undefined when there is no such image.
 * @param {string} reference
 */
export async function imageContent(reference) {
  const format = `{{index .Config.Labels "${contentLabel}"}}`;
  return (await tryCommand('docker', ['image', 'inspect', '--format', format, reference]))?.trim();
}

/** Removes containers of earlier set-ups that were interrupted. */
export async function removeLeftContainers() {
  const left = await docker(['ps', '--all', '--quiet', '--filter', `name=^/${containerPrefix()}`]);
  const ids = left.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await docker(['rm', '--force', '--volumes', ...ids]);
}

/** Removes images that newer builds have replaced and that no container uses. */
export async function removeReplacedImages() {
  const old = await docker(['images', '--quiet', '--filter', 'dangling=true', '--filter', `label=${contentLabel}`]);
  for (const id of new Set(old.split('\n').filter((line) => line !== ''))) {
    // Refused while a machine still runs from it: it goes at a later set-up.
    await tryCommand('docker', ['image', 'rm', id]);
  }
}
