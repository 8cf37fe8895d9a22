import type { Command } from 'commander';
import { workflowTypes, type MachineLogsInput } from '../../workflows/contracts.ts';
import { UsageError } from '../errors.ts';
import { countArgument } from '../flags.ts';
import { accessTo } from '../get-kubeconfig.ts';
import { machineReference } from '../machine-reference.ts';
import { parseNameOf } from '../resources.ts';
import { askSealed } from '../sealed-answers.ts';
import { findMachineCluster } from '../temporal/clusters.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeData } from '../terminal.ts';

type LogsFlags = { readonly unit: string; readonly lines: number; readonly cluster?: string };

export function registerLogs(command: Command): void {
  command
    .description("Prints the end of a systemd unit's journal on a machine.")
    .argument('<machine...>', 'MACHINE, machine MACHINE or machine/MACHINE')
    .option('--unit <unit>', 'systemd unit', 'kubelet')
    .option('--lines <count>', 'how many lines', countArgument(1), 200)
    .option('--cluster <name>', 'where to look for the machine')
    .action(async (args: readonly string[], flags: LogsFlags) => {
      const name = parseNameOf('machine', args);
      const { unit, lines } = flags;
      if (!/^[A-Za-z0-9][A-Za-z0-9:_.@-]{0,119}$/.test(unit)) throw new UsageError({ what: `--unit: "${unit}" is no name of a systemd unit` });
      const text = await withTemporal(async (session) => {
        const state = await findMachineCluster(session, { machine: name, cluster: flags.cluster });
        const cluster = accessTo(state);
        const machine = machineReference(state, name);
        return askSealed(session, {
          type: workflowTypes.logs,
          idPrefix: `cluster/${state.identity.name}/machine/${name}/logs`,
          context: 'logs',
          input: (recipient): MachineLogsInput => ({ cluster, machine, unit, lines, recipient }),
        });
      });
      if (text !== '') writeData(text);
    });
}
