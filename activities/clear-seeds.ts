import type { AttemptLookup } from './seams/attempt-lookup.ts';
import type { ClusterLookup } from './seams/cluster-lookup.ts';
import type { ClusterRecords } from './store/cluster-records.ts';
import type { ClusterSecrets } from './store/cluster-secrets.ts';
import type { ClusterSeed, ClusterSeeds } from './store/cluster-seeds.ts';

type Deps = {
  readonly seeds: ClusterSeeds;
  readonly attempts: AttemptLookup;
  readonly clusters: ClusterLookup;
  readonly records: Pick<ClusterRecords, 'load' | 'isDeleted' | 'markDeleted' | 'takeName'>;
  readonly secrets: Pick<ClusterSecrets, 'deleteAll'>;
  readonly now: () => number;
};

/**
 * What attempts have left behind that were ended from outside, before they could clear it away or say that it is
 * used: keys and texts of a cluster under a UID that nobody knows. One that may still go on is left alone.
 */
export async function clearAbandonedSeeds(deps: Deps): Promise<void> {
  for (const seed of await deps.seeds.list()) {
    if (await deps.attempts.isUnderWay(seed.attempt)) continue;
    await concludeSeed(deps, { ...seed, used: await isUsed(deps, seed) });
  }
}

/** Its workflow may have begun without having been recorded yet. */
async function isUsed({ records, clusters }: Deps, { name, uid }: ClusterSeed): Promise<boolean> {
  return (await records.load(uid)) !== undefined || (await clusters.find(name))?.identity.uid === uid;
}

/** The name is the new cluster's from now on; one that came to nothing leaves no secrets behind. */
export async function concludeSeed({ seeds, records, secrets, now }: Pick<Deps, 'seeds' | 'records' | 'secrets' | 'now'>, { name, uid, used }: { readonly name: string; readonly uid: string; readonly used: boolean }): Promise<void> {
  if (!used) {
    // The tombstone first: whoever still stores something finds it, and undoes that.
    await records.markDeleted(uid, now());
    await secrets.deleteAll(uid);
  } else if (!(await records.isDeleted(uid))) await records.takeName(name, uid);
  await seeds.end(uid);
}
