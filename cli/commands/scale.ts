import { InvalidArgumentError, type Command } from 'commander';
import type { Owner } from '../../domain/decide-scale.ts';
import { scaleUpdate } from '../../workflows/messages.ts';
import { currentActor } from '../actor.ts';
import { confirmOrRefuse } from '../confirm.ts';
import { UsageError } from '../errors.ts';
import { addFollowFlags, type FollowFlags } from '../flags.ts';
import { runFollowed } from '../follow/run-followed.ts';
import { renderPlan } from '../render/plan.ts';
import { requestPlan } from '../request-plan.ts';
import { sendUpdate } from '../send-update.ts';
import { findOwnerCluster } from '../temporal/owners.ts';
import { withTemporal } from '../temporal/session.ts';
import { colorsFor, writeData, writeStory } from '../terminal.ts';

type ScaleFlags = FollowFlags & {
  readonly replicas: number;
  readonly cluster?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly reason?: string;
};

export function registerScale(command: Command): void {
  addFollowFlags(command)
    .description(
      'Gives a KubeadmControlPlane or a MachineDeployment other replicas, and follows the work.\n' +
        'Control planes have 1, 3, 5 or 7; members come and go one at a time, and never against the quorum.',
    )
    .argument('<owner>', 'kubeadmcontrolplane/NAME (kcp/NAME) or machinedeployment/NAME (md/NAME)')
    .requiredOption('--replicas <count>', 'how many Machines it shall have', replicasArgument)
    .option('--cluster <name>', 'the cluster, where two have an owner of that name')
    .option('--dry-run', 'show the steps, and do nothing')
    .option('-y, --yes', 'do not ask before Machines are removed')
    .option('--reason <text>', 'why, for the history')
    .action(async (argument: string, flags: ScaleFlags) => scale(parseOwner(argument), flags));
}

async function scale(owner: Owner, flags: ScaleFlags): Promise<void> {
  const { replicas } = flags;
  await withTemporal(async (session) => {
    const cluster = await findOwnerCluster(session, owner, flags.cluster);
    const plan = await requestPlan(session, { cluster, scale: { owner, replicas } });
    const text = renderPlan(plan, colorsFor(flags.dryRun === true ? process.stdout : process.stderr));
    if (flags.dryRun === true) return writeData(text);
    writeStory(text);
    const removes = plan.steps.some(({ kind }) => kind === 'RemoveMachine');
    const agreed = !removes || (await confirmOrRefuse({ yes: flags.yes, question: `Remove Machines of cluster ${cluster}?`, what: 'scaling down removes Machines' }));
    if (!agreed) return writeStory(`cluster ${cluster} stays as it is`);
    const command = { owner, replicas, actor: currentActor(), ...(plan.revision === undefined ? {} : { seenRevision: plan.revision }) };
    const { operationId, result } = await sendUpdate(session, {
      cluster,
      update: scaleUpdate,
      command: flags.reason === undefined ? command : { ...command, reason: flags.reason },
    });
    if (result === 'unchanged') return writeStory(`cluster ${cluster} is unchanged`);
    writeStory(`cluster ${cluster}: operation ${operationId} started`);
    const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout };
    return flags.detach === true ? undefined : runFollowed(session, { cluster, operationId, ...timeout });
  });
}

/** Any whole number: which of them a quorum allows is the cluster's to say. */
function replicasArgument(text: string): number {
  if (!/^-?\d{1,6}$/.test(text)) throw new InvalidArgumentError('use a whole number.');
  return Number(text);
}

const roles: Readonly<Record<string, Owner['role']>> = {
  kubeadmcontrolplane: 'control-plane',
  kubeadmcontrolplanes: 'control-plane',
  kcp: 'control-plane',
  machinedeployment: 'worker',
  machinedeployments: 'worker',
  md: 'worker',
};

function parseOwner(argument: string): Owner {
  const [kind = '', name = '', ...rest] = argument.split('/');
  const role = roles[kind.toLowerCase()];
  if (role !== undefined && name !== '' && rest.length === 0) return { role, name };
  throw new UsageError({
    what: `"${argument}" is nothing that can be scaled`,
    unchanged: 'nothing was sent',
    next: ['slipway scale machinedeployment/NAME --replicas N', 'slipway scale kubeadmcontrolplane/NAME --replicas N'],
  });
}
