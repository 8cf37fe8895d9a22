import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { SetupError } from '../errors.ts';
import { exitCodeOf } from '../exit-codes.ts';

const program = fileURLToPath(new URL('../../node-image/setup.mjs', import.meta.url));
/** Its exit codes that mean the same here: 0 done, 1 --check found something missing, 2 usage, 130 stopped. */
const shared = [0, 1, 2, 130];

const stay = (): void => undefined;

export function registerSetup(command: Command): void {
  command
    .description(
      'Prepares this host: a Docker engine where root may install one, the machine and load balancer images,\n' +
        "Temporal's CLI and kubectl. What is there is left alone. The same as `npm run setup` in a checkout.",
    )
    // Set-up runs before anything is installed, so it reads its own flags.
    .allowUnknownOption()
    .argument('[flags...]', '`slipway setup -- --help` lists them: --check, --only WHAT, --kubernetes-version VERSION')
    .action(async (flags: readonly string[]) => {
      const code = await runSetup(flags);
      process.exitCode = shared.includes(code) ? code : exitCodeOf('setup');
    });
}

/** It says itself what is wrong. */
async function runSetup(flags: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [program, ...flags], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both: set-up cleans up and decides.
  process.on('SIGINT', stay);
  try {
    await once(child, 'close');
  } catch (cause) {
    throw new SetupError({ what: 'set-up cannot be started', where: program, unchanged: 'nothing was installed', cause });
  } finally {
    process.off('SIGINT', stay);
  }
  return child.exitCode ?? exitCodeOf('setup');
}
