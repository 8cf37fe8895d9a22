import type { Command } from 'commander';
import { currentOperation } from '../../domain/cluster-state.ts';
import { durationArgument } from '../flags.ts';
import { runFollowed } from '../follow/run-followed.ts';
import { parseNameOf } from '../resources.ts';
import { fetchCluster } from '../temporal/clusters.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';

export function registerWatch(command: Command): void {
  command
    .description(
      'Follows the newest operation of a cluster until it rests: the steps, what each waits for, and for how long.\n' +
        'Ctrl-C ends the watching, never the work.',
    )
    .argument('<cluster...>', 'cluster NAME, cluster/NAME or NAME')
    .option('--timeout <duration>', 'stop following after this long ("90s", "10m")', durationArgument)
    .action(async (args: readonly string[], flags: { readonly timeout?: number }) => {
      const name = parseNameOf('cluster', args);
      await withTemporal(async (session) => {
        const operation = currentOperation(await fetchCluster(session, name));
        if (operation === undefined) return writeStory(`cluster ${name} has had no operation yet`);
        const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout };
        return runFollowed(session, { cluster: name, operationId: operation.id, ...timeout });
      });
    });
}
