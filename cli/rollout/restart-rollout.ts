import type { Owner } from '../../domain/owner.ts';
import { restartUpdate } from '../../workflows/messages.ts';
import { changeAfterPlan, type ChangeFlags } from '../change-after-plan.ts';
import { findOwnerCluster } from '../temporal/owners.ts';
import { withTemporal } from '../temporal/session.ts';

export async function restartRollout(owner: Owner, flags: ChangeFlags): Promise<void> {
  await withTemporal(async (session) => {
    const cluster = await findOwnerCluster(session, owner, flags.cluster);
    const input = { cluster, restart: { owner } };
    // The plan was made for another moment than the one that the restart counts from: nothing is held to it.
    return changeAfterPlan(session, { input, flags, what: 'a restart', update: restartUpdate, command: ({ plan: _plan, ...facts }) => ({ ...facts, owner }) });
  });
}
