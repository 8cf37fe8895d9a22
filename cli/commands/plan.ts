import type { Command } from 'commander';
import { hasChanges, type ClusterPlan } from '../../domain/cluster-plan.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { parseOrExplain, readManifest } from '../manifest-input.ts';
import { outputOption, writeValue } from '../output.ts';
import { renderPlan } from '../render/plan.ts';
import { requestPlan } from '../request-plan.ts';
import { sealSecrets } from '../seal-secrets.ts';
import { withTemporal } from '../temporal/session.ts';
import { colorsFor, writeData } from '../terminal.ts';

type PlanFlags = { readonly filename: string; readonly force?: true; readonly output: 'table' | 'json' | 'yaml' };

export function registerPlan(command: Command): void {
  command
    .description(
      'Shows what `slipway apply` of a manifest would do, step by step with reasons, and does nothing.\n' +
        'Exits as `kubectl diff`: 0 nothing to do, 1 changes, above 1 an error.',
    )
    .requiredOption('-f, --filename <file>', 'the manifest; - reads standard input')
    .option('--force', 'as if apply were told to take back what was set elsewhere')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (flags: PlanFlags) => {
      const desired = parseOrExplain(await readManifest(flags.filename));
      const plan = await withTemporal(async (session) => {
        const force = flags.force === true ? { force: true as const } : {};
        return requestPlan(session, { cluster: desired.name, apply: { desired: await sealSecrets(session, desired), ...force } });
      });
      await print(plan, flags.output);
      if (hasChanges(plan)) process.exitCode = exitCodeOf('differs');
    });
}

async function print(plan: ClusterPlan, output: PlanFlags['output']): Promise<void> {
  if (output === 'table') writeData(renderPlan(plan, colorsFor(process.stdout)));
  else await writeValue({ kind: 'ClusterPlan', ...plan }, output);
}
