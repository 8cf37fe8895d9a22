import { replaceMachineUpdate } from '../workflows/messages.ts';
import { currentActor } from './actor.ts';
import { confirmOrRefuse } from './confirm.ts';
import type { FollowFlags } from './flags.ts';
import { runFollowed } from './follow/run-followed.ts';
import { sendUpdate } from './send-update.ts';
import { findMachineCluster } from './temporal/clusters.ts';
import { withTemporal } from './temporal/session.ts';
import { writeStory } from './terminal.ts';

/** Has one Machine go; its owner brings up another. Drained as any that goes, a member only as the quorum allows. */
export async function replaceMachine(machine: string, flags: FollowFlags & { readonly yes?: true; readonly reason?: string; readonly cluster?: string }): Promise<void> {
  await withTemporal(async (session) => {
    const state = await findMachineCluster(session, { machine, cluster: flags.cluster });
    const cluster = state.identity.name;
    const question = `Delete Machine ${machine} of cluster ${cluster}? Its owner brings up another.`;
    if (!(await confirmOrRefuse({ yes: flags.yes, question, what: `deleting Machine ${machine} moves what runs there` }))) {
      return writeStory(`Machine ${machine} stays`);
    }
    const reason = flags.reason === undefined ? {} : { reason: flags.reason };
    const { operationId, result } = await sendUpdate(session, { cluster, update: replaceMachineUpdate, command: { machine, actor: currentActor(), ...reason } });
    if (result === 'changed') {
      return writeStory(`cluster ${cluster}: Machine ${machine} is replaced beside operation ${operationId}, which stays Blocked; slipway get machines shows how far it is`);
    }
    writeStory(result === 'attached' ? `Machine ${machine} is on its way out already` : `cluster ${cluster}: operation ${operationId} started`);
    const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout };
    return flags.detach === true ? undefined : runFollowed(session, { cluster, operationId, ...timeout });
  });
}
