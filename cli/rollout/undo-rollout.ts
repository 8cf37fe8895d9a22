import { undoUpdate } from '../../workflows/messages.ts';
import { changeAfterPlan, type ChangeFlags } from '../change-after-plan.ts';
import { NotFoundError } from '../errors.ts';
import type { RolloutTarget } from '../owner-argument.ts';
import { fetchCluster } from '../temporal/clusters.ts';
import { withTemporal } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';
import { fetchRevisions } from './fetch-revisions.ts';
import { findTarget } from './find-target.ts';

/** @throws NotFoundError where there is no such revision */
export async function undoRollout(target: RolloutTarget, flags: ChangeFlags & { readonly toRevision?: number }): Promise<void> {
  await withTemporal(async (session) => {
    const { cluster, ...scope } = await findTarget(session, target, flags.cluster);
    const { identity, revision, desired } = await fetchCluster(session, cluster);
    const wanted = flags.toRevision === undefined ? {} : { toRevision: flags.toRevision };
    const answer = await fetchRevisions(session, { name: cluster, uid: identity.uid, ...scope, undo: { current: { revision, desired }, ...wanted } });
    if (answer.undo === undefined) throw new NotFoundError({ what: `cluster ${cluster} has no revision to go back to`, next: [`slipway rollout history cluster/${cluster}`] });
    const undo = { ...scope, target: answer.undo };
    writeStory(`back to revision ${undo.target.revision}:`);
    return changeAfterPlan(session, { input: { cluster, undo }, flags, what: 'going back', update: undoUpdate, command: (facts) => ({ ...facts, ...undo }) });
  });
}
