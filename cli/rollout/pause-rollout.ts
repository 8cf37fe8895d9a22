import { describeOwner, type Owner } from '../../domain/owner.ts';
import { pauseRolloutUpdate } from '../../workflows/messages.ts';
import { currentActor } from '../actor.ts';
import { ConflictError } from '../errors.ts';
import { sendUpdate } from '../send-update.ts';
import { findOwnerCluster } from '../temporal/owners.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';

/** @throws ConflictError where a rollout is to go on that nobody has paused */
export async function sayPause(owner: Owner, wish: { readonly paused: boolean; readonly cluster?: string; readonly reason?: string }): Promise<void> {
  const { paused, reason } = wish;
  const name = describeOwner(owner);
  await withTemporal(async (session) => {
    const cluster = await findOwnerCluster(session, owner, wish.cluster);
    const command = { owner, paused, actor: currentActor(), ...(reason === undefined ? {} : { reason }) };
    const { result } = await sendUpdate(session, { cluster, update: pauseRolloutUpdate, command });
    if (paused) return writeStory(result === 'unchanged' ? `the rollout of ${name} is paused already` : `the rollout of ${name} is paused: none of its Machines is replaced; repairs and scaling go on`);
    if (result !== 'unchanged') return writeStory(`the rollout of ${name} goes on`);
    throw new ConflictError({ what: `the rollout of ${name} is not paused`, unchanged: 'nothing was changed', next: [`slipway rollout status ${name}`] });
  });
}
