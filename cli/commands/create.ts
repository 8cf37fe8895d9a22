import type { Command } from 'commander';
import { applyCluster } from '../apply-cluster.ts';
import { addApplyFlags, type ApplyFlags } from '../flags.ts';
import { addGenerateFlags, generateFrom, type GenerateFlags } from '../generate-flags.ts';
import { parseOrExplain } from '../manifest-input.ts';
import { tellNextCommands } from '../next-commands.ts';

export function registerCreate(command: Command): void {
  command.description('Creates things from flags.');
  addApplyFlags(addGenerateFlags(command.command('cluster').argument('<name>', "the cluster's name")))
    .summary('create a cluster from flags')
    .description('The same as `slipway generate cluster NAME … | slipway apply -f -`.')
    .action(async (name: string, flags: GenerateFlags & ApplyFlags) => {
      const desired = parseOrExplain({ text: await generateFrom(name, flags), source: 'generated' });
      const { result } = await applyCluster(desired, flags);
      if (result !== 'unchanged') tellNextCommands(name, { underWay: flags.detach === true });
    });
}
