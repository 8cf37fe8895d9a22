import type { Command } from 'commander';
import { applyAfterPlan } from '../apply-cluster.ts';
import { addApplyFlags, addConfirmFlags, type ConfirmedApplyFlags } from '../flags.ts';
import { parseOrExplain, readManifest } from '../manifest-input.ts';
import { tellNextCommands } from '../next-commands.ts';

export function registerApply(command: Command): void {
  addConfirmFlags(addApplyFlags(command))
    .description(
      "Creates or changes the cluster that a manifest of Cluster API's kinds describes: shows the plan, asks, follows the work.\n" +
        'Applied again it says unchanged, follows what is under way, or goes on with what stopped.',
    )
    .requiredOption('-f, --filename <file>', 'the manifest; - reads standard input')
    .action(async (flags: ConfirmedApplyFlags & { readonly filename: string }) => {
      const desired = parseOrExplain(await readManifest(flags.filename));
      const applied = await applyAfterPlan(desired, flags);
      if (applied !== undefined && applied.result !== 'unchanged') tellNextCommands(desired.name, { underWay: flags.detach === true });
    });
}
