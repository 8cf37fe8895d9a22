import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { toolPath } from '../../node-image/tool-paths.mjs';
import { GeneralError, SetupError } from '../errors.ts';

const run = promisify(execFile);

export type Kubectl = (args: readonly string[], timeoutMs?: number) => Promise<string>;

/** The kubectl that set-up built, with one kubeconfig; answers its standard output. */
export function createKubectl(kubeconfig: string): Kubectl {
  const path = toolPath('kubectl');
  if (!existsSync(path)) throw new SetupError({ what: 'kubectl is not built yet', where: path, next: ['slipway setup'] });
  return async (args, timeoutMs = 60_000) => {
    try {
      const { stdout } = await run(path, ['--kubeconfig', kubeconfig, ...args], { timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 });
      return stdout;
    } catch (cause) {
      const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : '';
      throw new GeneralError({
        what: `kubectl ${args.slice(0, 3).join(' ')} failed`,
        where: `${path} --kubeconfig ${kubeconfig}`,
        evidence: stderr === '' ? String(cause) : stderr,
        cause,
      });
    }
  };
}
