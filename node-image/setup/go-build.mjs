// @ts-check
/** Builds a part from its official Go module, or from its source in this repository. */
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from './run-command.mjs';
import { registryProblem } from './problems.mjs';

/** @typedef {import('../parts.mjs').Part} Part */
/** @typedef {import('../parts.mjs').ModuleBuild} ModuleBuild */
/** @typedef {import('./go-toolchain.mjs').Go} Go */

/** The linker drops debugging data anyway: not making it saves a fifth of the compiler's time and of its cache. */
const compileFlags = ['-trimpath', '-buildvcs=false', '-gcflags=all=-dwarf=false'];

/**
 * Builds every program of a part into `<work>/bin`.
 * @param {{part: Part, build: ModuleBuild, go: Go, work: string, log: string, detail: (text: string) => void}} task
 * @returns {Promise<string>} the folder of the programs
 */
export async function buildFromModules({ part, build, go, work, log, detail }) {
  const env = goEnvironment(part.platform);
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const run = (/** @type {readonly string[]} */ args, /** @type {(line: string) => void} */ onLine = () => undefined) =>
    go(args, { cwd: work, env, log, onLine });

  await writeFile(join(work, 'go.mod'), renderGoMod({ part, build, staging: [] }));
  detail('asking the module registry');
  await fromRegistry(async () => {
    if (build.stagingOf !== undefined) {
      const version = build.modules[build.stagingOf] ?? '';
      const answer = await run(['mod', 'download', '-json', `${build.stagingOf}@${version}`]);
      const staging = stagingModules(await replacements(answer, run));
      await writeFile(join(work, 'go.mod'), renderGoMod({ part, build, staging }));
    }
    const wanted = Object.values(build.packages).map((path) => `${path}@${versionOfPackage(build, path)}`);
    await run(['get', '-tool', ...wanted], (line) => detail(line.replace(/^go: /, '')));
  });

  const { leaveOut } = build;
  if (leaveOut !== undefined) await vendorWithout({ build, leaveOut, run, work });
  const modules = leaveOut === undefined ? '-mod=mod' : '-mod=vendor';
  const packages = Object.values(build.packages);
  const total = (await run(['list', modules, '-deps', ...packages])).trim().split('\n').length;
  let compiled = 0;
  await mkdir(join(work, 'bin'), { recursive: true });
  const flags = [...compileFlags, '-v', modules, '-ldflags', build.linkerFlags.join(' ')];
  await run(['build', ...flags, '-o', 'bin/', ...packages], (line) => {
    // With -v the compiler names each package that was not in the cache.
    if (/^[\w.-]+(\/[\w.~-]+)*$/.test(line)) detail(`compiled ${(compiled += 1)} of up to ${total} packages`);
  });
  return await renamePrograms({ build, bin: join(work, 'bin') });
}

/**
 * Builds a program of this repository.
 * @param {{part: Part, from: string, go: Go, work: string, log: string}} task
 */
export async function buildFromSource({ part, from, go, work, log }) {
  await rm(work, { recursive: true, force: true });
  await cp(from, work, { recursive: true });
  await go(['build', ...compileFlags, '-ldflags', '-s -w', '-o', `bin/${part.name}`, '.'], {
    cwd: work,
    env: goEnvironment(part.platform),
    log,
  });
  return join(work, 'bin');
}

/**
 * The small module that pins what is built.
 * @param {{part: Pick<Part, 'name'>, build: ModuleBuild, staging: readonly string[]}} wanted
 */
export function renderGoMod({ part, build, staging }) {
  const release = build.stagingOf === undefined ? '' : (build.modules[build.stagingOf] ?? '').replace(/^v1\./, 'v0.');
  const replace = [...(build.replace ?? []), ...staging.map((path) => `${path} => ${path} ${release}`)];
  return [
    `module slipway.dev/build/${part.name}`,
    '',
    'go 1.24.0',
    ...replace.map((line) => `\nreplace ${line}`),
    '',
  ].join('\n');
}

/**
 * Modules that a repository develops in a folder of its own and publishes under their names.
 * @param {readonly {Old: {Path: string}, New: {Path: string}}[]} replace as `go mod edit -json` prints them
 */
export function stagingModules(replace) {
  return replace.filter(({ New }) => New.Path.startsWith('./staging/')).map(({ Old }) => Old.Path);
}

/**
 * The version of the module that a package belongs to: the longest module path that is a prefix of it.
 * @param {ModuleBuild} build
 * @param {string} path
 */
function versionOfPackage(build, path) {
  const module = Object.keys(build.modules)
    .filter((candidate) => path === candidate || path.startsWith(`${candidate}/`))
    .sort((a, b) => b.length - a.length)[0];
  return build.modules[module ?? ''] ?? 'latest';
}

/**
 * Cross-compiles for the machine's system; nothing here needs C.
 * @param {string} platform
 * @returns {NodeJS.ProcessEnv}
 */
function goEnvironment(platform) {
  const [os = '', arch = ''] = platform.split('-');
  // A checkout's or a user's own flags and workspaces must not change what is built.
  return { GOOS: os, GOARCH: arch, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
}

/**
 * The replace lines of the module that `go mod download -json` reported.
 * @param {string} answer
 * @param {(args: readonly string[]) => Promise<string>} run
 * @returns {Promise<{Old: {Path: string}, New: {Path: string}}[]>}
 */
async function replacements(answer, run) {
  // Go itself reads the file, because in a container only it can.
  return JSON.parse(await run(['mod', 'edit', '-json', String(JSON.parse(answer)['GoMod'])]))['Replace'] ?? [];
}

/**
 * Copies all modules into the work folder, where one of their packages can be emptied: Go guards its own cache.
 * @param {{build: ModuleBuild, leaveOut: string, run: (args: readonly string[]) => Promise<string>, work: string}} task
 */
async function vendorWithout({ build, leaveOut, run, work }) {
  await run(['mod', 'vendor']);
  const folder = join(work, 'vendor', Object.keys(build.modules)[0] ?? '', leaveOut);
  await rm(folder, { recursive: true });
  await mkdir(folder);
  await writeFile(join(folder, 'empty.go'), `package ${leaveOut.split('/').at(-1)}\n`);
}

/**
 * `go build -o folder/` names a program after its package, without the module's major version.
 * @param {{build: ModuleBuild, bin: string}} built
 */
async function renamePrograms({ build, bin }) {
  for (const [program, path] of Object.entries(build.packages)) {
    const name = path.replace(/\/v\d+$/, '').split('/').at(-1) ?? program;
    if (name !== program) await rename(join(bin, name), join(bin, program));
  }
  return bin;
}

/**
 * @template T
 * @param {() => Promise<T>} ask
 */
async function fromRegistry(ask) {
  try {
    return await ask();
  } catch (error) {
    const refused = /dial tcp|lookup|403 Forbidden|404 Not Found|410 Gone|timeout|refused|proxyconnect|GOPROXY/i;
    if (!(error instanceof CommandError) || !refused.test(error.message)) throw error;
    const evidence = error.tail.slice(-3).join(' / ');
    throw registryProblem({ registry: 'the Go module registry (go env GOPROXY)', evidence });
  }
}
