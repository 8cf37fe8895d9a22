import type { Command } from 'commander';
import { UsageError } from '../errors.ts';
import { collectArgument, durationArgument } from '../flags.ts';
import type { KubeconfigFlags } from '../get-kubeconfig.ts';
import { outputFormats, outputOption, type OutputFormat } from '../output.ts';
import { parseResources } from '../resources.ts';

type GetFlags = KubeconfigFlags & {
  readonly output: OutputFormat;
  readonly cluster?: string;
  readonly watch?: true;
  readonly blocked?: true;
  readonly timeout?: number;
  /** commander's name for --no-headers. */
  readonly headers: boolean;
};

/** What does the work is loaded when it is asked for: Temporal's client costs more than a wrong flag should. */
export function registerGet(command: Command): void {
  command
    .description(
      'Lists clusters, machines or operations, or prints the kubeconfig of a cluster.\n' +
        'Singular and plural, short names (cl, ma, op) and KIND/NAME are all understood.',
    )
    .argument('<kind>', 'clusters, machines, operations or kubeconfig; or KIND/NAME')
    .argument('[names...]', 'only these')
    .addOption(outputOption(outputFormats))
    .option('--no-headers', 'tables: leave out the first line')
    .option('--cluster <name>', 'only machines or operations of that cluster')
    .option('--blocked', 'operations: only those that wait for a person to decide')
    .option('-w, --watch', 'after listing, go on and show what changes; Ctrl-C ends it')
    .option('--timeout <duration>', 'with --watch: end after this long ("90s", "10m")', durationArgument)
    .option('-f, --filename <file>', 'kubeconfig: write it there (mode 0600) instead of to standard output; with --merge: merge into it')
    .option('--merge', "kubeconfig: merge it into your own, by kubectl's rules: the files of $KUBECONFIG, or ~/.kube/config")
    .option('--keep-context', 'with --merge: leave current-context as it is')
    .option('--user <name>', 'kubeconfig: for this user instead of an administrator; RBAC decides what the user may do')
    .option('--group <name>', 'with --user: a group of the user; may be repeated', collectArgument)
    .option('--ttl <duration>', 'kubeconfig: how long the certificate is valid, 10m to 8760h (default: 24h with --user, else 8760h)', durationArgument)
    .action(async (first: string, rest: readonly string[], flags: GetFlags) => {
      const { kind, names } = parseResources([first, ...rest], ['cluster', 'machine', 'operation', 'kubeconfig']);
      refuseFlags(flags, kind === 'kubeconfig' ? listFlags : kubeconfigFlags, kind === 'kubeconfig' ? 'does not go with kubeconfig' : 'goes with kubeconfig alone');
      if (kind === 'kubeconfig') return (await import('../get-kubeconfig.ts')).writeKubeconfig(names, flags);
      if (flags.timeout !== undefined && flags.watch !== true) throw new UsageError({ what: '--timeout goes with --watch' });
      if (flags.blocked === true && kind !== 'operation') throw new UsageError({ what: '--blocked goes with operations' });
      const asked = { kind, names, cluster: flags.cluster, blocked: flags.blocked === true, format: { output: flags.output, headers: flags.headers } };
      if (flags.watch !== true) return (await import('../get/list-views.ts')).listViews(asked);
      return (await import('../get/watch-views.ts')).watchViews({ ...asked, ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout }) });
    });
}

const kubeconfigFlags = ['filename', 'merge', 'keepContext', 'user', 'group', 'ttl'] as const;
const listFlags = ['cluster', 'watch', 'timeout', 'blocked'] as const;

function refuseFlags(flags: GetFlags, refused: readonly (keyof GetFlags)[], why: string): void {
  const given = refused.find((flag) => flags[flag] !== undefined);
  if (given !== undefined) throw new UsageError({ what: `--${given.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${why}` });
}
