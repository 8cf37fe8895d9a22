import type { ClusterIncarnation, JournalPage } from '../domain/journal-page.ts';
import { pageOf } from '../domain/journal-page.ts';
import type { Owner } from '../domain/owner.ts';
import type { UndoTarget } from '../domain/rollout/decide-undo.ts';
import { chooseUndoTarget, revisionHistory } from '../domain/rollout/revision-history.ts';
import { ClusterNotFoundError, RevisionNotFoundError } from './request-errors.ts';
import type { ClusterRecords } from './store/cluster-records.ts';

/** What has been done with a cluster, from the store: it outlives the cluster and Temporal's retention. */
export function createHistoryActivities(deps: { readonly records: Pick<ClusterRecords, 'listByName' | 'readJournal' | 'listRevisions'> }) {
  const { records } = deps;
  const findIncarnation = async (name: string, wanted: string | undefined): Promise<{ readonly uid: string; readonly clusters: readonly ClusterIncarnation[] }> => {
    const clusters = await records.listByName(name);
    const found = wanted === undefined ? clusters[0] : clusters.find(({ uid }) => uid === wanted);
    if (found === undefined) throw notFound(name, wanted);
    return { uid: found.uid, clusters };
  };
  return {
    /** @throws ClusterNotFoundError where the store knows no cluster of that name, or none with that UID */
    async readHistory(request: {
      name: string;
      uid?: string;
      operation?: string;
      limit: number;
      before?: number;
    }): Promise<JournalPage & { readonly uid: string; readonly clusters: readonly ClusterIncarnation[] }> {
      const { name, uid: wanted, ...page } = request;
      const { uid, clusters } = await findIncarnation(name, wanted);
      return { ...pageOf(await records.readJournal(uid), page), uid, clusters };
    },

    /** @throws ClusterNotFoundError as above; RevisionNotFoundError where there is none to go back to */
    async readRevisions(request: {
      name: string;
      uid?: string;
      owner?: Owner;
      undo?: { readonly current: UndoTarget; readonly toRevision?: number };
    }): Promise<ReturnType<typeof revisionHistory> & { readonly uid: string; readonly undo?: UndoTarget }> {
      const { name, owner, undo } = request;
      const { uid } = await findIncarnation(name, request.uid);
      const revisions = await records.listRevisions(uid);
      const answer = { uid, ...revisionHistory(revisions, owner) };
      if (undo === undefined) return answer;
      const choice = chooseUndoTarget(revisions, { ...undo, ...(owner === undefined ? {} : { owner }) });
      if (choice.action === 'none') throw new RevisionNotFoundError(`cluster ${name}: ${choice.reasons.join('; ')}`);
      return { ...answer, undo: choice.target };
    },
  };
}

function notFound(name: string, uid: string | undefined): ClusterNotFoundError {
  const which = uid === undefined ? `cluster ${name}` : `cluster ${name} with the UID ${uid}`;
  return new ClusterNotFoundError(`the store has never known ${which}`);
}
