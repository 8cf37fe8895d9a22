// @ts-check
/** Official releases: is their site reachable, and does what it serves match its published checksum. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exitCodes, again, SetupProblem } from './problems.mjs';
import { runCommand } from './run-command.mjs';

/** @typedef {import('../parts.mjs').ReleasedFile} ReleasedFile */

const probeMs = 3000;
const downloadMs = 15 * 60_000;

/** @type {Map<string, Promise<boolean>>} */
const reachable = new Map();

/**
 * Whether all of a part's files can be fetched from here. One short question for each site and run.
 * @param {readonly ReleasedFile[]} files
 */
export async function releasesReachable(files) {
  if (files.length === 0) return false;
  const sites = new Set(files.flatMap(({ url, checksumUrl }) => [new URL(url).origin, new URL(checksumUrl).origin]));
  const answers = await Promise.all([...sites].map((site) => siteReachable(site)));
  return answers.every(Boolean);
}

/** @param {string} site */
function siteReachable(site) {
  const known = reachable.get(site);
  if (known !== undefined) return known;
  const asked = fetch(site, { method: 'HEAD', signal: AbortSignal.timeout(probeMs) }).then(
    () => true,
    () => false,
  );
  reachable.set(site, asked);
  return asked;
}

/**
 * Downloads one release and puts its programs into a folder.
 * @param {{file: ReleasedFile, into: string, detail: (text: string) => void}} wanted
 * @returns {Promise<boolean>} false when this file is not published; the caller has another source then
 * @throws {SetupProblem} when the checksum differs
 */
export async function downloadRelease({ file, into, detail }) {
  const name = basename(new URL(file.url).pathname);
  const checksums = await fetch(file.checksumUrl, { signal: AbortSignal.timeout(downloadMs) });
  if (!checksums.ok) return false;
  const expected = findChecksum(await checksums.text(), name);
  if (expected === undefined) return false;
  const answer = await fetch(file.url, { signal: AbortSignal.timeout(downloadMs) });
  if (!answer.ok || answer.body === null) return false;

  await mkdir(into, { recursive: true });
  const partial = join(into, `.${name}.partial`);
  const total = Number(answer.headers.get('content-length') ?? 0);
  let received = 0;
  const body = Readable.fromWeb(answer.body);
  body.on('data', (/** @type {Buffer} */ chunk) => {
    received += chunk.length;
    detail(`${name} ${total > 0 ? `${Math.round((received / total) * 100)} %` : `${Math.round(received / 1e6)} MB`}`);
  });
  await pipeline(body, createWriteStream(partial));
  const actual = await sha256File(partial);
  if (actual !== expected) {
    await rm(partial, { force: true });
    throw checksumProblem({ url: file.url, expected, actual });
  }
  await unpack({ file, partial, into });
  return true;
}

/**
 * @param {{file: ReleasedFile, partial: string, into: string}} downloaded
 */
async function unpack({ file, partial, into }) {
  for (const [program, member] of Object.entries(file.programs)) {
    if (member === '') {
      await rename(partial, join(into, program));
    } else {
      await runCommand('tar', ['-xzf', partial, '-C', into, member]);
      if (member !== program) await rename(join(into, member), join(into, program));
    }
    await chmod(join(into, program), 0o755);
  }
  await rm(partial, { force: true });
}

/**
 * Finds a file's sha256 in a checksum file: either a lone digest or lines of `<digest>  <name>`.
 * @param {string} text
 * @param {string} name
 * @returns {string | undefined}
 */
export function findChecksum(text, name) {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+\*?/));
  const lone = lines[0];
  if (lone?.length === 1 && /^[0-9a-f]{64}$/.test(lone[0] ?? '')) return lone[0];
  return lines.find(([digest, file]) => /^[0-9a-f]{64}$/.test(digest ?? '') && basename(file ?? '') === name)?.[0];
}

/** @param {string} path */
async function sha256File(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * @param {{url: string, expected: string, actual: string}} facts
 */
function checksumProblem({ url, expected, actual }) {
  return new SetupProblem({
    code: exitCodes.checksum,
    what: `${url} does not match its published checksum: expected ${expected}, got ${actual}`,
    unchanged: 'the download was deleted; nothing was installed',
    next: ['try again later: a proxy may have changed or cut the file', `then run: ${again}`],
  });
}
