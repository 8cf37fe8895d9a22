// @ts-check
/** Where set-up puts what it builds, and where Slipway keeps what it runs. Nothing here touches the disk. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { releaseOf, versions } from './versions.mjs';

/**
 * Finished builds, shared by all checkouts of a user: `SLIPWAY_CACHE`, or ~/.cache/slipway.
 * @param {NodeJS.ProcessEnv} [env]
 */
export function cacheDir(env = process.env) {
  const chosen = env['SLIPWAY_CACHE'];
  return chosen ? resolve(chosen) : join(homedir(), '.cache', 'slipway');
}

/**
 * State of what runs on this machine (logs, pid files, Temporal's database): `SLIPWAY_HOME`, or ~/.slipway.
 * @param {NodeJS.ProcessEnv} [env]
 */
export function slipwayHome(env = process.env) {
  const chosen = env['SLIPWAY_HOME'];
  return chosen ? resolve(chosen) : join(homedir(), '.slipway');
}

/**
 * Operating system and processor in Go's words, such as `linux-amd64`.
 * @param {string} [os] as in process.platform
 * @param {string} [arch] as in process.arch
 */
export function platformOf(os = process.platform, arch = process.arch) {
  return `${os}-${arch === 'x64' ? 'amd64' : arch}`;
}

/**
 * The folder of one finished part: `<cache>/<part>/<version>/<platform>`.
 * @param {{part: string, version: string, platform?: string, env?: NodeJS.ProcessEnv}} wanted
 */
export function partDir({ part, version, platform = platformOf(), env = process.env }) {
  return join(cacheDir(env), part, version, platform);
}

/** @typedef {'kubectl' | 'temporal' | 'etcdctl' | 'etcdutl' | 'kubeadm'} ToolName */

/**
 * The absolute path at which set-up leaves a tool for this host. Whether the file exists is for the caller to see.
 * kubeadm, etcdctl and etcdutl exist on Linux hosts alone.
 * @param {ToolName} name
 * @param {{kubernetesVersion?: string, env?: NodeJS.ProcessEnv}} [options]
 */
export function toolPath(name, { kubernetesVersion = versions.kubernetes, env = process.env } = {}) {
  const at = toolPart(name, kubernetesVersion);
  return join(partDir({ ...at, env }), 'bin', name);
}

/**
 * @param {ToolName} name
 * @param {string} kubernetesVersion
 * @returns {{part: string, version: string}}
 */
function toolPart(name, kubernetesVersion) {
  if (name === 'temporal') return { part: 'temporal', version: versions.temporal };
  if (name === 'kubectl') return { part: 'kubectl', version: kubernetesVersion };
  if (name === 'kubeadm') return { part: 'kubernetes', version: kubernetesVersion };
  return { part: 'etcd', version: releaseOf(kubernetesVersion).etcd };
}
