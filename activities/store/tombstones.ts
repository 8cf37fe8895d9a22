import { z } from 'zod';
import type { Store } from '../seams/store.ts';
import { ClusterDeletedError, StoreVersionError } from './errors.ts';
import { encodeJson, parseJson } from './store-json.ts';
import { clusterKey } from './store-keys.ts';

const tombstoneSchema = z.object({ deletedAt: z.number() });

/** Says that a cluster is gone, for good: a UID is never used again. The first time stays. */
export async function markDeleted(store: Store, uid: string, at: number): Promise<void> {
  await store.createIfAbsent(tombstoneKey(uid), encodeJson({ deletedAt: at }));
}

/** When the cluster was deleted, epoch milliseconds; undefined while it lives. */
export async function readDeletedAt(store: Store, uid: string): Promise<number | undefined> {
  const bytes = await store.get(tombstoneKey(uid));
  if (bytes === undefined) return undefined;
  const tombstone = tombstoneSchema.safeParse(parseJson(bytes));
  if (tombstone.success) return tombstone.data.deletedAt;
  throw new StoreVersionError(
    `${tombstoneKey(uid)} says that the cluster was deleted, in a form that this Slipway does not know. ` +
      'Nothing was changed. Use the Slipway that wrote it.',
  );
}

/** @throws ClusterDeletedError */
export async function assertNotDeleted(store: Store, uid: string): Promise<void> {
  if ((await readDeletedAt(store, uid)) === undefined) return;
  throw new ClusterDeletedError(
    `cluster ${uid} has been deleted: nothing was made for it. A cluster of the same name gets a new UID.`,
  );
}

function tombstoneKey(uid: string): string {
  return clusterKey(uid, 'deleted.json');
}
