import type { Command } from 'commander';
import { currentActor } from '../actor.ts';
import type { ClusterState } from '../../domain/cluster-state.ts';
import { deleteUpdate } from '../../workflows/messages.ts';
import { askToConfirm } from '../confirm.ts';
import { UsageError } from '../errors.ts';
import { addFollowFlags, type FollowFlags } from '../flags.ts';
import { runFollowed } from '../follow/run-followed.ts';
import { forgetCluster } from '../kubeconfig/forget-cluster.ts';
import { replaceMachine } from '../replace-machine.ts';
import { parseOneResource } from '../resources.ts';
import { sendUpdate } from '../send-update.ts';
import { fetchCluster } from '../temporal/clusters.ts';
import { withTemporal } from '../temporal/session.ts';
import { canAsk, writeStory } from '../terminal.ts';

type DeleteFlags = FollowFlags & { readonly yes?: true; readonly reason?: string; readonly cluster?: string };

export function registerDelete(command: Command): void {
  addFollowFlags(command)
    .description(
      'Deletes a cluster: its machines, network, volumes and secrets. Nothing is drained; it cannot be undone.\n' +
        'Or one machine: it is drained and goes, and its owner brings up another.',
    )
    .argument('<cluster...>', 'cluster NAME or cluster/NAME; machine NAME or machine/NAME')
    .option('-y, --yes', 'do not ask')
    .option('--reason <text>', 'why, for the history')
    .option('--cluster <name>', 'the cluster of a machine')
    .action(async (args: readonly string[], flags: DeleteFlags) => {
      const { kind, name } = parseOneResource(args, ['cluster', 'machine']);
      if (kind === 'machine') return replaceMachine(name, flags);
      if (flags.yes !== true && !canAsk()) throw mustConfirm(name);
      const reason = flags.reason === undefined ? {} : { reason: flags.reason };
      const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout };
      await withTemporal(async (session) => {
        const state = await fetchCluster(session, name);
        if (flags.yes !== true && !(await confirm(state))) return writeStory(`cluster ${name} stays as it is`);
        const { operationId } = await sendUpdate(session, { cluster: name, update: deleteUpdate, command: { actor: currentActor(), ...reason } });
        writeStory(`cluster ${name}: operation ${operationId} started`);
        // It cannot be undone from here on, and whoever detaches is not here at the end.
        await forgetCluster(state);
        return flags.detach === true ? undefined : runFollowed(session, { cluster: name, operationId, ...timeout });
      });
    });
}

function mustConfirm(name: string): UsageError {
  return new UsageError({
    what: `deleting cluster ${name} cannot be undone, and there is no terminal to ask on`,
    unchanged: 'nothing was deleted',
    next: [`slipway delete cluster ${name} --yes`],
  });
}

function confirm({ identity, machines }: ClusterState): Promise<boolean> {
  return askToConfirm(`Delete cluster ${identity.name} with its ${machines.length} Machines? It cannot be undone.`);
}
