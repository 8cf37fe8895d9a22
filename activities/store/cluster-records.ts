import { isDeepStrictEqual } from 'node:util';
import type { JournalEntry } from '../../domain/journal.ts';
import type { ClusterIdentity } from '../../domain/identity.ts';
import type { ClusterIncarnation } from '../../domain/journal-page.ts';
import type { Store } from '../seams/store.ts';
import { appendJournal, readJournal } from './cluster-journal.ts';
import { listUids, reserveUid, takeName } from './cluster-names.ts';
import { type ClusterRecord, decodeRecord } from './cluster-record.ts';
import { type ClusterRevision, createRevisions } from './cluster-revisions.ts';
import { RecordConflictError } from './errors.ts';
import { assertReferencesOnly } from './secret-references.ts';
import { encodeJson, parseJson } from './store-json.ts';
import { clusterKey } from './store-keys.ts';
import { markDeleted, readDeletedAt } from './tombstones.ts';

export type ClusterRecords = {
  /**
   * 'superseded', and the truth stays, where a later version is there: a worker that comes back
   * late. The same version saved again is 'saved'.
   * @throws RecordConflictError where that version says something else. @throws PlainSecretError
   */
  save(record: ClusterRecord): Promise<'saved' | 'superseded'>;
  load(uid: string): Promise<ClusterRecord | undefined>;
  /** The live cluster of that name. @throws RecordConflictError where there are two. */
  findByName(name: string): Promise<ClusterRecord | undefined>;
  /** Every cluster that ever had that name, the newest first; one that was reserved and never recorded is none. */
  listByName(name: string): Promise<readonly ClusterIncarnation[]>;
  /** All clusters ever recorded, deleted ones too, sorted by UID. */
  list(): Promise<readonly ClusterRecord[]>;
  /** The UID that this name stands for, now and for whoever asks next; see cluster-names.ts. */
  reserveUid(name: string): Promise<string>;
  /** Has the name stand for a cluster whose UID was made elsewhere; no other of that name lives here. */
  takeName(name: string, uid: string): Promise<void>;
  /**
   * From now on this store is that cluster's, which was made with another one: it keeps the installation that
   * its infrastructure is labelled with.
   */
  takeOver(identity: ClusterIdentity): Promise<void>;
  saveRevision(uid: string, revision: number, content: Omit<ClusterRevision, 'revision'>): Promise<void>;
  /** In ascending order. */
  listRevisions(uid: string): Promise<readonly ClusterRevision[]>;
  markDeleted(uid: string, at: number): Promise<void>;
  isDeleted(uid: string): Promise<boolean>;
  /** Each ID is taken once: entries may be offered again. */
  appendJournal(uid: string, ...entries: readonly JournalEntry[]): Promise<void>;
  readJournal(uid: string): Promise<readonly JournalEntry[]>;
};

const VERSION_DIGITS = 12;
const RECORD_KEY = /^clusters\/([a-z0-9-]+)\/records\/\d+\.json$/;

/**
 * Records of clusters. A store has no compare-and-set, so each version of a record is a key of its
 * own, made only if absent, and the highest is the truth: no order of arrival can turn it back.
 */
export function createClusterRecords(store: Store): ClusterRecords {
  const revisions = createRevisions(store);

  const versionKeys = (uid: string): Promise<readonly string[]> => store.list(clusterKey(uid, 'records', ''));

  const loadNewest = async (uid: string): Promise<ClusterRecord | undefined> => {
    // A save may prune the key between list and get; only a newer one makes that happen.
    for (;;) {
      const newest = (await versionKeys(uid)).at(-1);
      if (newest === undefined) return undefined;
      const bytes = await store.get(newest);
      if (bytes !== undefined) return decodeRecord(bytes, newest);
    }
  };

  const load = async (uid: string): Promise<ClusterRecord | undefined> => {
    const record = await loadNewest(uid);
    if (record === undefined) return undefined;
    const { deletedAt: _saved, ...live } = record;
    const deletedAt = await readDeletedAt(store, uid);
    return deletedAt === undefined ? live : { ...live, deletedAt };
  };

  const list = async (): Promise<readonly ClusterRecord[]> => {
    const uids = new Set((await store.list('clusters/')).flatMap((key) => RECORD_KEY.exec(key)?.[1] ?? []));
    const records = await Promise.all([...uids].toSorted().map(load));
    return records.filter((record) => record !== undefined);
  };

  return {
    async save(record) {
      assertReferencesOnly(record.desired);
      const { uid, installation, name } = record.identity;
      if (installation !== store.id && (await store.get(takenOverKey(uid))) === undefined) {
        throw new RecordConflictError(
          `cluster ${name} (UID ${uid}) belongs to store ${installation}, this is store ${store.id}. Nothing was ` +
            'changed. Start the worker with the store that the cluster was made with.',
        );
      }
      const key = clusterKey(uid, 'records', `${digits(record.version)}.json`);
      const bytes = encodeJson(record);
      if (!(await store.createIfAbsent(key, bytes))) await assertSameContent({ store, key, bytes });
      return settle({ store, keys: await versionKeys(uid), saved: key });
    },
    load,
    list,
    async findByName(name) {
      const live = (await list()).filter((record) => record.identity.name === name && record.deletedAt === undefined);
      if (live.length > 1) {
        const uids = live.map((record) => record.identity.uid).join(', ');
        throw new RecordConflictError(
          `the store holds ${live.length} live clusters named ${name} (UIDs ${uids}). Nothing was changed. ` +
            'Delete the one whose machines are gone by its UID.',
        );
      }
      return live[0];
    },
    async listByName(name) {
      const records = await Promise.all((await listUids(store, name)).map(load));
      return records
        .filter((record) => record !== undefined)
        .map(({ identity, createdAt, deletedAt }) => ({ uid: identity.uid, createdAt, ...(deletedAt === undefined ? {} : { deletedAt }) }));
    },
    ...revisions,
    async takeOver({ name, uid, installation }) {
      await store.createIfAbsent(takenOverKey(uid), encodeJson({ installation }));
      await takeName(store, name, uid);
    },
    takeName: (name, uid) => takeName(store, name, uid),
    reserveUid: (name) => reserveUid(store, name),
    markDeleted: (uid, at) => markDeleted(store, uid, at),
    isDeleted: async (uid) => (await readDeletedAt(store, uid)) !== undefined,
    appendJournal: (uid, ...entries) => appendJournal(store, uid, entries),
    readJournal: (uid) => readJournal(store, uid),
  };
}

/** Drops the versions below the highest, and tells whether the one just saved is the highest. */
async function settle(outcome: {
  readonly store: Store;
  readonly keys: readonly string[];
  readonly saved: string;
}): Promise<'saved' | 'superseded'> {
  const older = outcome.keys.slice(0, -1);
  await Promise.all(older.map((key) => outcome.store.delete(key)));
  return older.includes(outcome.saved) ? 'superseded' : 'saved';
}

/** A retry saves the same again; anything else under the same version is a second writer. */
async function assertSameContent(check: {
  readonly store: Store;
  readonly key: string;
  readonly bytes: Uint8Array;
}): Promise<void> {
  const existing = await check.store.get(check.key);
  // Gone: a later version has pruned it.
  if (existing === undefined || isDeepStrictEqual(parseJson(existing), parseJson(check.bytes))) return;
  throw new RecordConflictError(
    `${check.key} exists with other content: two writers used one version. Nothing was changed. ` +
      'Look for a second workflow or installation that manages this cluster.',
  );
}

function takenOverKey(uid: string): string {
  return clusterKey(uid, 'taken-over.json');
}

/** Padded, so that the order of keys is the order of numbers. */
function digits(version: number): string {
  return String(version).padStart(VERSION_DIGITS, '0');
}
