import { InvalidArgumentError, type Command } from 'commander';
import type { Owner } from '../../domain/owner.ts';
import { scaleUpdate } from '../../workflows/messages.ts';
import { changeAfterPlan, type ChangeFlags } from '../change-after-plan.ts';
import { addFollowFlags } from '../flags.ts';
import { ownerHelp, parseOwner } from '../owner-argument.ts';
import { findOwnerCluster } from '../temporal/owners.ts';
import { withTemporal } from '../temporal/session.ts';

type ScaleFlags = ChangeFlags & { readonly replicas: number };

const usage = ['slipway scale machinedeployment/NAME --replicas N', 'slipway scale kubeadmcontrolplane/NAME --replicas N'];

export function registerScale(command: Command): void {
  addFollowFlags(command)
    .description(
      'Gives a KubeadmControlPlane or a MachineDeployment other replicas, and follows the work.\n' +
        'Control planes have 1, 3, 5 or 7; members come and go one at a time, and never against the quorum.',
    )
    .argument('<owner>', ownerHelp)
    .requiredOption('--replicas <count>', 'how many Machines it shall have', replicasArgument)
    .option('--cluster <name>', 'the cluster, where two have an owner of that name')
    .option('--dry-run', 'show the steps, and do nothing')
    .option('-y, --yes', 'do not ask before Machines are removed')
    .option('--reason <text>', 'why, for the history')
    .action(async (argument: string, flags: ScaleFlags) => scale(parseOwner(argument, usage), flags));
}

async function scale(owner: Owner, flags: ScaleFlags): Promise<void> {
  const { replicas } = flags;
  await withTemporal(async (session) => {
    const cluster = await findOwnerCluster(session, owner, flags.cluster);
    return changeAfterPlan(session, {
      input: { cluster, scale: { owner, replicas } },
      flags,
      what: 'scaling down',
      update: scaleUpdate,
      command: ({ plan: _plan, ...facts }) => ({ ...facts, owner, replicas }),
    });
  });
}

/** Any whole number: which of them a quorum allows is the cluster's to say. */
function replicasArgument(text: string): number {
  if (!/^-?\d{1,6}$/.test(text)) throw new InvalidArgumentError('use a whole number.');
  return Number(text);
}
