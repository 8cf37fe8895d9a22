import { Option, type Command } from 'commander';
import { UsageError } from '../errors.ts';
import { outputOption, type OutputFormat } from '../output.ts';
import { parseOneResource } from '../resources.ts';

type DescribeFlags = { readonly cluster?: string; readonly showConditions: string; readonly grouping: 'true' | 'false'; readonly output: OutputFormat };

/** What does the work is loaded when it is asked for. */
export function registerDescribe(command: Command): void {
  command
    .description(
      'Shows a cluster as a tree: control plane and workers, their Machines, what is observed of each, and what is under way.\n' +
        'Or one machine, with its annotations and conditions.',
    )
    .argument('<cluster...>', 'cluster NAME or cluster/NAME; machine NAME or machine/NAME')
    .option('--cluster <name>', 'the cluster of a machine')
    .option('--show-conditions <which>', 'also list all conditions: "all", or of one object, "Machine/NAME"', 'none')
    .addOption(
      new Option('--grouping <boolean>', 'show Machines of one owner in one line where they stand alike; --grouping=false shows each').choices(['true', 'false']).default('true'),
    )
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (args: readonly string[], { showConditions, grouping, output, cluster }: DescribeFlags) => {
      const { kind, name } = parseOneResource(args, ['cluster', 'machine']);
      if (kind === 'machine') return (await import('../describe-machine.ts')).describeMachine({ name, cluster, output });
      if (cluster !== undefined) throw new UsageError({ what: '--cluster goes with a machine' });
      const { describeCluster } = await import('../describe-cluster.ts');
      return describeCluster({ name, output, showConditions, grouping: grouping === 'true' });
    });
}
