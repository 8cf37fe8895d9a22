import { InvalidArgumentError, type Command } from 'commander';
import type { ChangeFlags } from '../change-after-plan.ts';
import { addFollowFlags, countArgument, durationArgument } from '../flags.ts';
import { outputOption, type OutputFormat } from '../output.ts';
import { ownerHelp, parseOwner, parseRolloutTarget } from '../owner-argument.ts';

const targetHelp = `${ownerHelp}; or cluster/NAME for all of a cluster`;
const clusterFlag = ['--cluster <name>', 'the cluster, where two have an owner of that name'] as const;
const reasonFlag = ['--reason <text>', 'why, for the history'] as const;

type DataFormat = Extract<OutputFormat, 'table' | 'json' | 'yaml'>;
type StatusFlags = { readonly watch: boolean; readonly timeout?: number; readonly cluster?: string; readonly output: DataFormat };
type HistoryFlags = { readonly revision?: number; readonly cluster?: string; readonly output: DataFormat };
type WordFlags = { readonly cluster?: string; readonly reason?: string };

/** What does the work is loaded when it is asked for. */
export function registerRollout(command: Command): void {
  command.description('Shows and steers how Machines are replaced: by the control plane one at a time, by MachineDeployments as their strategy says.');
  registerStatus(command.command('status'));
  registerPauseAndResume(command);
  registerRestart(command.command('restart'));
  registerHistory(command.command('history'));
  registerUndo(command.command('undo'));
}

function registerStatus(command: Command): void {
  command
    .summary('how far a rollout is, and what it waits for')
    .description('Shows how far a rollout is and what it waits for, until it is complete. Exits with 0 when it is, and with 1 where it is not and --no-watch was given.')
    .argument('<target>', targetHelp)
    .option('-w, --watch', 'go on until it is complete (the default)', true)
    .option('--no-watch', 'show how it stands now, once')
    .option('--timeout <duration>', 'stop following after this long; the work goes on ("90s", "10m")', durationArgument)
    .option(...clusterFlag)
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (argument: string, flags: StatusFlags) => {
      const target = parseRolloutTarget(argument, ['slipway rollout status machinedeployment/NAME', 'slipway rollout status cluster/NAME']);
      return (await import('../rollout/show-status.ts')).showRolloutStatus(target, flags);
    });
}

function registerPauseAndResume(command: Command): void {
  const register = (verb: 'pause' | 'resume', summary: string, description: string): void => {
    command
      .command(verb)
      .summary(summary)
      .description(description)
      .argument('<owner>', ownerHelp)
      .option(...clusterFlag)
      .option(...reasonFlag)
      .action(async (argument: string, flags: WordFlags) => {
        const owner = parseOwner(argument, [`slipway rollout ${verb} machinedeployment/NAME`, `slipway rollout ${verb} kubeadmcontrolplane/NAME`]);
        return (await import('../rollout/pause-rollout.ts')).sayPause(owner, { ...flags, paused: verb === 'pause' });
      });
  };
  register('pause', 'replace no more Machines of one owner', 'Has no more Machines of one owner replaced: those under way come to their end. Repairs and scaling go on.');
  register('resume', 'let a paused rollout go on', 'Lets a paused rollout go on.');
}

function registerRestart(command: Command): void {
  addChangeFlags(command)
    .summary('replace all Machines of one owner')
    .description("Replaces all Machines of one owner, although nothing of its template has changed (Cluster API's rolloutAfter), and follows the work.")
    .argument('<owner>', ownerHelp)
    .action(async (argument: string, flags: ChangeFlags) => {
      const owner = parseOwner(argument, ['slipway rollout restart machinedeployment/NAME', 'slipway rollout restart kubeadmcontrolplane/NAME']);
      return (await import('../rollout/restart-rollout.ts')).restartRollout(owner, flags);
    });
}

function registerHistory(command: Command): void {
  command
    .summary('the revisions: who, when, why, and what changed')
    .description('Lists the revisions of a cluster, or those that changed one owner: who wanted it, when and why, and what changed. Also of a cluster that is gone.')
    .argument('<target>', targetHelp)
    .option('--revision <number>', 'show all that this one changed', countArgument(1))
    .option(...clusterFlag)
    .addOption(outputOption(['table', 'json', 'yaml']))
    .action(async (argument: string, flags: HistoryFlags) => {
      const target = parseRolloutTarget(argument, ['slipway rollout history machinedeployment/NAME', 'slipway rollout history cluster/NAME']);
      return (await import('../rollout/show-history.ts')).showRevisions(target, flags);
    });
}

function registerUndo(command: Command): void {
  addChangeFlags(command)
    .summary('back to an earlier revision, by the same rolling means')
    .description(
      'Goes back to the template of an earlier revision by the same rolling means, and follows the work; with cluster/NAME all of that revision counts.\n' +
        'A control plane goes back by a minor version only until its last Machine of the older one has gone.',
    )
    .argument('<target>', targetHelp)
    .option('--to-revision <number>', 'which one (default: the newest before the current whose template is another)', revisionArgument)
    .action(async (argument: string, flags: ChangeFlags & { readonly toRevision?: number }) => {
      const target = parseRolloutTarget(argument, ['slipway rollout undo machinedeployment/NAME', 'slipway rollout undo cluster/NAME']);
      return (await import('../rollout/undo-rollout.ts')).undoRollout(target, flags);
    });
}

function addChangeFlags(command: Command): Command {
  return addFollowFlags(command)
    .option(...clusterFlag)
    .option('--dry-run', 'show the steps, and do nothing')
    .option('-y, --yes', 'do not ask before Machines are removed')
    .option(...reasonFlag);
}

/** As kubectl's: 0 is the one before. */
function revisionArgument(text: string): number | undefined {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('use the number of a revision, as slipway rollout history shows them.');
  return Number(text) === 0 ? undefined : Number(text);
}
