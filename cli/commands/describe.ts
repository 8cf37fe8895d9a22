import { Option, type Command } from 'commander';
import { outputOption, type OutputFormat } from '../output.ts';
import { parseOneResource } from '../resources.ts';

type DescribeFlags = { readonly showConditions: string; readonly grouping: 'true' | 'false'; readonly output: OutputFormat };

/** What does the work is loaded when it is asked for. */
export function registerDescribe(command: Command): void {
  command
    .description('Shows a cluster as a tree: control plane and workers, their Machines, what is observed of each, and what is under way.')
    .argument('<cluster...>', 'cluster NAME or cluster/NAME')
    .option('--show-conditions <which>', 'also list all conditions: "all", or of one object, "Machine/NAME"', 'none')
    .addOption(
      new Option('--grouping <boolean>', 'show Machines of one owner in one line where they stand alike; --grouping=false shows each').choices(['true', 'false']).default('true'),
    )
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (args: readonly string[], { showConditions, grouping, output }: DescribeFlags) => {
      const { name } = parseOneResource(args, ['cluster']);
      const { describeCluster } = await import('../describe-cluster.ts');
      return describeCluster({ name, output, showConditions, grouping: grouping === 'true' });
    });
}
