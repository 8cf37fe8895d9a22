// @ts-check
import { registryProblem } from './problems.mjs';
import { CommandError, runCommand } from './run-command.mjs';

/**
 * Installs Debian packages on this host; only for root.
 * @param {{packages: readonly string[], log: string, detail: (text: string) => void}} task
 */
export async function installDebianPackages({ packages, log, detail }) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Acquire::Retries=3'];
  try {
    detail('apt-get update');
    await runCommand('apt-get', [...options, 'update'], { env, log });
    detail(`apt-get install ${packages.join(' ')}`);
    await runCommand('apt-get', [...options, 'install', '--yes', '--no-install-recommends', ...packages], { env, log });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const refused = /Could not resolve|Failed to fetch|Unable to (locate|fetch)|Connection|403|Temporary failure/i;
    if (refused.test(error.message)) {
      throw registryProblem({ registry: 'the Debian package archive', evidence: error.tail.slice(-3).join(' / ') });
    }
    throw error;
  }
}
