import type { Command } from 'commander';
import { addFollowFlags, durationArgument, type FollowFlags } from '../flags.ts';
import { outputOption, type OutputFormat } from '../output.ts';
import { parseNameOf } from '../resources.ts';
import { keepArgument } from '../backup/keep-argument.ts';

const cluster = ['<cluster>', 'cluster/NAME or NAME'] as const;
const id = ['<id>', 'of the backup, as slipway backup list shows it'] as const;

/** What does the work is loaded when it is asked for: Temporal's client costs more than a wrong flag should. */
export function registerBackup(command: Command): void {
  command.description('Takes, lists, verifies and schedules backups of clusters. One backup is all that a cluster needs to come back, sealed to a key of yours.');
  registerCreate(command.command('create'));
  registerShowing(command);
  registerVerify(command.command('verify'));
  registerRest(command);
  registerSchedule(command.command('schedule'));
  registerKey(command.command('key').summary('the key that backups are sealed to').description('The key that backups are sealed to. Without its private half no backup can be opened.'));
}

function registerCreate(command: Command): void {
  addFollowFlags(command)
    .summary('take a backup now')
    .description('Takes a backup now, and follows it. It stays until somebody deletes it.')
    .argument(...cluster)
    .option('--reason <text>', 'why, for the history')
    .action(async (argument: string, flags: FollowFlags & { readonly reason?: string }) =>
      (await import('../backup/create-backup.ts')).createBackup(parseNameOf('cluster', [argument]), flags),
    );
}

function registerShowing(command: Command): void {
  command
    .command('list')
    .summary('the backups of a cluster, the newest first')
    .description('Lists the backups of a cluster, the newest first; also of one that is gone.')
    .argument(...cluster)
    .addOption(outputOption(['table', 'wide', 'json', 'yaml', 'name']))
    .action(async (argument: string, { output }: { readonly output: OutputFormat }) => (await import('../backup/show-backups.ts')).listBackups(parseNameOf('cluster', [argument]), output));
  command
    .command('describe')
    .summary('all that is known of a backup without its key')
    .description('Shows all that is known of a backup without its key.')
    .argument(...cluster)
    .argument(...id)
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (argument: string, backup: string, { output }: { readonly output: OutputFormat }) =>
      (await import('../backup/show-backups.ts')).describeBackup({ cluster: parseNameOf('cluster', [argument]), id: backup }, output),
    );
}

function registerVerify(command: Command): void {
  command
    .summary('check a backup from its first byte to its last')
    .description(
      "Checks a backup from its first byte to its last: seals, checksums, etcd's own hash. With --restore an etcd of its own has to\n" +
        'serve the snapshot; then this says how long that took, and the age of the data that a recovery would go back to.',
    )
    .argument(...cluster)
    .argument('[id]', 'of the backup (default: the newest)')
    .option('--restore', 'restore the snapshot into an etcd of its own, and ask that')
    .option('--key <file>', 'open it with this file, which slipway backup key export wrote, instead of the installation\'s own keys')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (argument: string, backup: string | undefined, flags: { readonly restore?: true; readonly key?: string; readonly output: OutputFormat }) =>
      (await import('../backup/verify-backup.ts')).verifyBackup({ cluster: parseNameOf('cluster', [argument]), id: backup }, flags),
    );
}

function registerRest(command: Command): void {
  command
    .command('delete')
    .summary('delete a backup')
    .description('Deletes a backup for good.')
    .argument(...cluster)
    .argument(...id)
    .option('-y, --yes', 'do not ask')
    .action(async (argument: string, backup: string, flags: { readonly yes?: true }) =>
      (await import('../backup/delete-backup.ts')).deleteBackup({ cluster: parseNameOf('cluster', [argument]), id: backup }, flags),
    );
  command
    .command('download')
    .summary('fetch a backup, sealed as it is')
    .description('Fetches a backup, sealed as it is, into a file that is complete or not there.')
    .argument(...cluster)
    .argument(...id)
    .option('-f, --filename <file>', 'where to (default: ID.slipway-backup here)')
    .action(async (argument: string, backup: string, flags: { readonly filename?: string }) =>
      (await import('../backup/download-backup.ts')).downloadBackup({ cluster: parseNameOf('cluster', [argument]), id: backup }, flags),
    );
}

function registerSchedule(command: Command): void {
  command
    .summary('have backups taken by the clock')
    .description(
      'Shows, sets or changes the schedule of a cluster\'s backups. A BackupSchedule of the manifest can be paused and triggered here, and is\n' +
        'changed in the manifest alone.',
    )
    .argument(...cluster)
    .option('--cron <expression>', 'when: minute hour day month weekday, in UTC (default, with --keep or --max-age: "*/10 * * * *")')
    .option('--keep <rule>', 'what stays: "last=4,hourly=24,daily=7", of which each may be left out', keepArgument)
    .option('--max-age <duration>', 'describe calls backups unhealthy past this age of the newest (default: 30m)', durationArgument)
    .option('--catchup-window <duration>', 'a time missed for longer is left out (default: 10m)', durationArgument)
    .option('--pause', 'take none until --resume')
    .option('--resume', 'go on')
    .option('--trigger', 'take one now, unless one is under way')
    .option('--remove', 'no more schedule; backups stay')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (argument: string, flags) => (await import('../backup/schedule.ts')).changeSchedule(parseNameOf('cluster', [argument]), flags));
}

function registerKey(command: Command): void {
  command
    .command('export')
    .summary('write the private key to a file of yours')
    .description('Writes the keys that open this installation\'s backups to a file (mode 0600). Keep it where this installation is not: without it, and\nwithout the installation, no backup can be opened. describe calls backups unhealthy until this was done.')
    .requiredOption('-f, --filename <file>', 'where to; there must be no such file')
    .action(async ({ filename }: { readonly filename: string }) => (await import('../backup/keys.ts')).exportKeys(filename));
  command
    .command('rotate')
    .summary('seal new backups to a new key')
    .description('Makes a new key, to which backups are sealed from now on. Older backups still open with the older one; export again.')
    .option('-y, --yes', 'do not ask')
    .action(async (flags: { readonly yes?: true }) => (await import('../backup/keys.ts')).rotateKey(flags));
  command
    .command('list')
    .summary('the keys, and who exported them when')
    .description('Lists the keys, the current one first, and who exported each when.')
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async ({ output }: { readonly output: OutputFormat }) => (await import('../backup/keys.ts')).listKeys(output));
}
