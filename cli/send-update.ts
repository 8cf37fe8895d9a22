import type { UpdateDefinition } from '@temporalio/common';
import { clusterWorkflowId, type CommandAccepted } from '../workflows/messages.ts';
import { noSuchCluster } from './temporal/clusters.ts';
import { translateFailure } from './temporal/failures.ts';
import { withDeadline, type TemporalSession } from './temporal/session.ts';

const UPDATE_TIMEOUT_MS = 60_000;

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
  try {
    return await withDeadline(session, () => handle.executeUpdate(update, { args: [command] }), UPDATE_TIMEOUT_MS);
  } catch (error) {
    throw translateFailure(error, {
      session,
      where: `cluster ${cluster}`,
      unchanged: 'the cluster stays as it was',
      notFound: noSuchCluster(session, cluster),
    });
  }
}
