import { InvalidArgumentError, type Command } from 'commander';
import { isBackupId } from '../../domain/backup/backup-id.ts';
import { UsageError } from '../errors.ts';
import { addFollowFlags } from '../flags.ts';
import { recoverCluster, type RecoverFlags } from '../recover/recover-cluster.ts';
import { recoverOnto } from '../recover/recover-onto.ts';

export function registerRecover(command: Command): void {
  addFollowFlags(command)
    .description(
      'Brings a cluster back from a backup, in place: a new control plane starts from the snapshot, behind the same endpoint and with the same keys.\n' +
        'For a lost quorum, corrupted data or a mistake. What was written after the backup is lost; this says what, and asks.\n' +
        'Also where Temporal and the store know nothing of the cluster any more: the backup and --key are enough.\n' +
        "With --from a new cluster is made from another's backup instead: all Machines, the network and the endpoint are new.",
    )
    .argument('<cluster>', 'cluster/NAME', clusterArgument)
    .option('--backup <id>', 'the backup to go back to, or "newest", which is the default')
    .option('--from <cluster|backup>', 'make cluster/NAME anew from the newest backup of cluster/OLD (or --backup of it), or from the backup with that ID', sourceArgument)
    .option('--allow-clone', 'with --from: the other cluster lives on; the new one gets certificate authorities and service-account keys of its own')
    .option('--key <file>', 'what slipway backup key export wrote, for an installation that does not have the key; it keeps it')
    .option('-y, --yes', 'do not ask')
    .option('--reason <text>', 'why, for the history')
    .action((name: string, { from, allowClone, ...flags }: RecoverFlags & { readonly from?: string; readonly allowClone?: true }) => {
      if (from !== undefined) return recoverOnto(name, { ...flags, from, ...(allowClone === undefined ? {} : { allowClone }) });
      if (allowClone === true) throw new UsageError({ what: '--allow-clone is for a new cluster, which --from makes', unchanged: 'nothing was sent' });
      return recoverCluster(name, flags);
    });
}

/** @returns a backup's ID, or a cluster's name */
function sourceArgument(text: string): string {
  if (isBackupId(text)) return text;
  const [, name] = /^clusters?\/([a-z0-9][a-z0-9-]*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('use cluster/NAME, or the ID of a backup.');
  return name;
}

function clusterArgument(text: string): string {
  const [, name] = /^(?:clusters?\/)?([a-z0-9][a-z0-9-]*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('use cluster/NAME.');
  return name;
}
