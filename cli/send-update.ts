import type { UpdateDefinition } from '@temporalio/common';
import { clusterWorkflowId, type CommandAccepted } from '../workflows/messages.ts';
import { noSuchCluster } from './temporal/clusters.ts';
import { deliverToCluster } from './temporal/deliver-update.ts';
import type { TemporalSession } from './temporal/session.ts';

/** Sends a command to a cluster under management. @throws CliError by kind of refusal. */
export async function sendUpdate<Command>(
  session: TemporalSession,
  request: {
    readonly cluster: string;
    readonly update: UpdateDefinition<CommandAccepted, [Command]>;
    readonly command: Command;
  },
): Promise<CommandAccepted> {
  const { cluster, update, command } = request;
  const handle = session.client.getHandle(clusterWorkflowId(cluster));
  return deliverToCluster(session, {
    cluster,
    notFound: noSuchCluster(session, cluster),
    send: (updateId) => handle.executeUpdate(update, { args: [command], updateId }),
  });
}
