import { z } from 'zod';
import type { Attempt } from '../seams/attempt-lookup.ts';
import type { Store } from '../seams/store.ts';
import { StoreVersionError } from './errors.ts';
import { encodeJson, parseJson } from './store-json.ts';

/** Who fills the store's part of a cluster that has no record yet. */
export type ClusterSeed = { readonly uid: string; readonly name: string; readonly attempt: Attempt };

/** Noted before anything else is stored under that UID, so that nothing stays there for ever which nobody finds. */
export type ClusterSeeds = {
  /** Again by the same attempt it changes nothing. */
  begin(seed: ClusterSeed): Promise<void>;
  end(uid: string): Promise<void>;
  list(): Promise<readonly ClusterSeed[]>;
};

const seedSchema = z.object({ uid: z.string(), name: z.string(), attempt: z.object({ workflowId: z.string(), runId: z.string() }) });

export function createClusterSeeds(store: Store): ClusterSeeds {
  return {
    begin: (seed) => store.put(seedKey(seed.uid), encodeJson(seed)),
    end: (uid) => store.delete(seedKey(uid)),
    async list() {
      const keys = await store.list('seeds/');
      const values = await Promise.all(keys.map(async (key) => decode(await store.get(key), key)));
      return values.filter((seed) => seed !== undefined);
    },
  };
}

/** One that has ended since it was listed is none. */
function decode(bytes: Uint8Array | undefined, key: string): ClusterSeed | undefined {
  if (bytes === undefined) return undefined;
  const seed = seedSchema.safeParse(parseJson(bytes));
  if (seed.success) return seed.data;
  throw new StoreVersionError(`${key} is of a form that this Slipway does not know. Nothing was changed. Use the Slipway that wrote it.`);
}

function seedKey(uid: string): string {
  return `seeds/${uid}.json`;
}
