import type { Command } from 'commander';
import { workflowTypes, type MachineAccessInput } from '../../workflows/contracts.ts';
import { accessTo } from '../get-kubeconfig.ts';
import { machineReference } from '../machine-reference.ts';
import { requireName } from '../resources.ts';
import { askSealed } from '../sealed-answers.ts';
import { parseMachineAccess, runSsh } from '../ssh-session.ts';
import { findMachineCluster } from '../temporal/clusters.ts';
import { withTemporal } from '../temporal/session.ts';

export function registerSsh(command: Command): void {
  command
    .description(
      'Logs in to a machine with the cluster\'s own key, or runs one command on it: slipway ssh MACHINE -- systemctl status kubelet\n' +
        "Exits as ssh does: with the command's exit code, or 255 where the connection failed.",
    )
    .argument('<machine>', 'MACHINE or machine/MACHINE')
    .argument('[command...]', 'after --')
    .option('--cluster <name>', 'where to look for the machine')
    .action(async (argument: string, remote: readonly string[], flags: { readonly cluster?: string }) => {
      const name = requireName(argument.replace(/^machines?\//, ''));
      const access = await withTemporal(async (session) => {
        const state = await findMachineCluster(session, { machine: name, cluster: flags.cluster });
        const cluster = accessTo(state);
        const machine = machineReference(state, name);
        const answer = await askSealed(session, {
          type: workflowTypes.access,
          idPrefix: `cluster/${state.identity.name}/machine/${name}/access`,
          context: 'machine-access',
          input: (recipient): MachineAccessInput => ({ cluster, machine, recipient }),
        });
        return parseMachineAccess(answer);
      });
      process.exitCode = await runSsh(access, remote);
    });
}
