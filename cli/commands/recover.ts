import { InvalidArgumentError, type Command } from 'commander';
import { addFollowFlags } from '../flags.ts';
import { recoverCluster } from '../recover/recover-cluster.ts';

export function registerRecover(command: Command): void {
  addFollowFlags(command)
    .description(
      'Brings a cluster back from a backup, in place: a new control plane starts from the snapshot, behind the same endpoint and with the same keys.\n' +
        'For a lost quorum, corrupted data or a mistake. What was written after the backup is lost; this says what, and asks.\n' +
        'Also where Temporal and the store know nothing of the cluster any more: the backup and --key are enough.',
    )
    .argument('<cluster>', 'cluster/NAME', clusterArgument)
    .option('--backup <id>', 'the backup to go back to, or "newest", which is the default')
    .option('--key <file>', 'what slipway backup key export wrote, for an installation that does not have the key; it keeps it')
    .option('-y, --yes', 'do not ask')
    .option('--reason <text>', 'why, for the history')
    .action(recoverCluster);
}

function clusterArgument(text: string): string {
  const [, name] = /^(?:clusters?\/)?([a-z0-9][a-z0-9-]*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('use cluster/NAME.');
  return name;
}
