import type { ClusterIncarnation, JournalPage } from '../domain/journal-page.ts';
import { pageOf } from '../domain/journal-page.ts';
import { ClusterNotFoundError } from './request-errors.ts';
import type { ClusterRecords } from './store/cluster-records.ts';

/** What has been done with a cluster, from the store: it outlives the cluster and Temporal's retention. */
export function createHistoryActivities(deps: { readonly records: Pick<ClusterRecords, 'listByName' | 'readJournal'> }) {
  const { records } = deps;
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
      const clusters = await records.listByName(name);
      const found = wanted === undefined ? clusters[0] : clusters.find(({ uid }) => uid === wanted);
      if (found === undefined) throw notFound(name, wanted);
      return { ...pageOf(await records.readJournal(found.uid), page), uid: found.uid, clusters };
    },
  };
}

function notFound(name: string, uid: string | undefined): ClusterNotFoundError {
  const which = uid === undefined ? `cluster ${name}` : `cluster ${name} with the UID ${uid}`;
  return new ClusterNotFoundError(`the store has never known ${which}`);
}
