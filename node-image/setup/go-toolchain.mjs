// @ts-check
/** The go command: this host's own, or one in a container. */
import { containerName } from './docker-cli.mjs';
import { runCommand, tryCommand } from './run-command.mjs';

/**
 * Runs the go command in a folder; the environment is Go's own (GOOS, GOARCH, CGO_ENABLED …).
 * @typedef {(args: readonly string[], options: {cwd: string, env: NodeJS.ProcessEnv, log: string,
 *   onLine?: (line: string) => void, timeoutMs?: number}) => Promise<string>} Go
 */

/**
 * The host's toolchain, when there is one that is new enough.
 * @param {string} minimum such as 1.25.0
 * @returns {Promise<{go: Go | undefined, found: string | undefined}>}
 */
export async function findGo(minimum) {
  const found = /go(\d+\.\d+(?:\.\d+)?)/.exec((await tryCommand('go', ['version'])) ?? '')?.[1];
  if (found === undefined || compareGoVersions(found, minimum) < 0) return { go: undefined, found };
  return { go: (args, options) => runCommand('go', args, options), found };
}

/** What root in the container has written must be this user's to move and delete. */
const goAndGiveBack = 'go "$@"; status=$?; chown -R --reference=/work /work; exit $status';

/**
 * A toolchain in a container, for hosts that have Docker and no Go. Its caches are Docker volumes.
 * @param {string} image
 * @returns {Go}
 */
export function containerGo(image) {
  return (args, { cwd, env, ...rest }) => {
    const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value ?? ''}`]);
    const mounts = [`${cwd}:/work`, 'slipway-go:/go', 'slipway-go-build:/root/.cache'];
    const volumes = mounts.flatMap((mount) => ['--volume', mount]);
    const options = ['--rm', '--name', containerName('go'), '--workdir', '/work', ...volumes, ...variables];
    return runCommand('docker', ['run', ...options, image, 'sh', '-c', goAndGiveBack, 'go', ...args], rest);
  };
}

/**
 * @param {string} left
 * @param {string} right
 */
export function compareGoVersions(left, right) {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
