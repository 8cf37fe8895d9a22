import type { ClusterIdentity } from '../../domain/identity.ts';
import type { Machine } from '../../domain/machine.ts';
import { lastLines } from '../last-lines.ts';
import type { CommandRunner } from '../seams/command-runner.ts';
import { sshTarget } from '../ssh-target.ts';
import type { Findings } from './findings.ts';
import { machineCommands } from './machine-commands.ts';

const knockMs = 8_000;
const commandMs = 20_000;

/** What a Machine itself can tell: the tails of its journals and what runs on it. */
export async function collectMachine(request: {
  readonly cluster: ClusterIdentity;
  readonly machine: Machine;
  readonly runner: Pick<CommandRunner, 'run'>;
  readonly signal: AbortSignal;
  readonly found: Findings;
}): Promise<void> {
  const { cluster, machine, runner, signal, found } = request;
  const target = sshTarget({ cluster, machine });
  const folder = `machines/${machine.name}`;
  const run = (script: string, timeoutMs: number) => runner.run(target, script, { signal, timeoutMs });
  // One knock: a Machine that is gone is said to be once, and not waited for by each command.
  const answers = await found.attempt(`${folder}/`, () => run('true', knockMs));
  if (answers === undefined) return;
  await Promise.all(
    machineCommands(machine.role).map(async ({ file, script }) => {
      const path = `${folder}/${file}`;
      const result = await found.attempt(path, () => run(script, commandMs));
      if (result === undefined) return;
      if (result.stdout !== '') found.text(path, result.stdout);
      if (result.exitCode !== 0) found.missing(path, `its command exited with ${result.exitCode}: ${lastLines(result.stderr, 2)}`);
    }),
  );
}
