import type { Command } from 'commander';
import { applyCluster } from '../apply-cluster.ts';
import { addApplyFlags, type ApplyFlags } from '../flags.ts';
import { parseOrExplain, readManifest } from '../manifest-input.ts';
import { tellNextCommands } from '../next-commands.ts';

export function registerApply(command: Command): void {
  addApplyFlags(command)
    .description(
      "Creates the cluster that a manifest of Cluster API's kinds describes, and follows the work.\n" +
        'Applied again it says unchanged, follows the create that is under way, or goes on with one that stopped.',
    )
    .requiredOption('-f, --filename <file>', 'the manifest; - reads standard input')
    .action(async (flags: ApplyFlags & { readonly filename: string }) => {
      const desired = parseOrExplain(await readManifest(flags.filename));
      const { result } = await applyCluster(desired, flags);
      if (result !== 'unchanged') tellNextCommands(desired.name, { underWay: flags.detach === true });
    });
}
