import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { Store } from '../seams/store.ts';
import { RecordConflictError, StoreVersionError } from './errors.ts';
import { assertReferencesOnly } from './secret-references.ts';
import { encodeJson, parseJson } from './store-json.ts';
import { clusterKey } from './store-keys.ts';

/** One desired specification that was accepted, by whom and why; what undo goes back to. */
export type ClusterRevision = {
  readonly revision: number;
  readonly desired: DesiredCluster;
  readonly actor: string;
  readonly reason: string;
  /** Epoch milliseconds (workflow time). */
  readonly at: number;
};

export type Revisions = {
  /**
   * Made once and never changed. The same specification again changes nothing.
   * @throws RecordConflictError where that revision holds another one. @throws PlainSecretError
   */
  saveRevision(uid: string, revision: number, content: Omit<ClusterRevision, 'revision'>): Promise<void>;
  listRevisions(uid: string): Promise<readonly ClusterRevision[]>;
};

const revisionSchema = z.looseObject({
  revision: z.int().nonnegative(),
  desired: z.looseObject({ name: z.string() }),
  actor: z.string(),
  reason: z.string(),
  at: z.number(),
});

export function createRevisions(store: Store): Revisions {
  const read = async (key: string): Promise<ClusterRevision | undefined> => {
    const bytes = await store.get(key);
    return bytes === undefined ? undefined : decodeRevision(bytes, key);
  };
  return {
    async saveRevision(uid, revision, content) {
      assertReferencesOnly(content.desired);
      const key = clusterKey(uid, 'revisions', `${String(revision).padStart(8, '0')}.json`);
      if (await store.createIfAbsent(key, encodeJson({ revision, ...content }))) return;
      const existing = await read(key);
      // Compared as JSON: an absent field and an undefined one are the same there.
      const desired = parseJson(encodeJson(content.desired));
      if (existing !== undefined && isDeepStrictEqual(existing.desired, desired)) return;
      throw new RecordConflictError(
        `revision ${revision} of cluster ${uid} exists with another specification. Nothing was changed. ` +
          'Look for a second workflow or installation that manages this cluster.',
      );
    },
    async listRevisions(uid) {
      const keys = await store.list(clusterKey(uid, 'revisions', ''));
      const revisions = await Promise.all(keys.map(read));
      return revisions.filter((revision) => revision !== undefined);
    },
  };
}

function decodeRevision(bytes: Uint8Array, key: string): ClusterRevision {
  const value = parseJson(bytes);
  if (isRevision(value)) return value;
  throw new StoreVersionError(
    `${key} is not a revision that this Slipway knows. Nothing was changed. ` +
      'Use the Slipway that wrote it, or restore it from a copy of the store.',
  );
}

function isRevision(value: unknown): value is ClusterRevision {
  return revisionSchema.safeParse(value).success;
}
