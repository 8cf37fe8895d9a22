// @ts-check
/** Starts dockerd where no systemd does. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { slipwayHome } from '../tool-paths.mjs';

/** Where its log and process number are kept. */
export function daemonPaths() {
  const folder = join(slipwayHome(), 'docker');
  return { folder, log: join(folder, 'dockerd.log'), pid: join(folder, 'dockerd.pid') };
}

/** Without systemd nobody else keeps a daemon: it is started detached, with its log and number under Slipway's home. */
export async function startDaemon() {
  const path = findDaemon();
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

/** The installed dockerd, which need not be on a user's PATH. */
export function findDaemon() {
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

/**
 * The end of its log, for an error.
 * @param {string} fallback
 */
export async function lastLines(fallback) {
  try {
    return (await readFile(daemonPaths().log, 'utf8')).trim().split('\n').slice(-5).join('\n    ');
  } catch {
    return fallback;
  }
}
