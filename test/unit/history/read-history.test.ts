import { beforeEach, describe, expect, test } from 'vitest';
import { createHistoryActivities } from '../../../activities/history-activities.ts';
import { ClusterNotFoundError, RevisionNotFoundError } from '../../../activities/request-errors.ts';
import { createClusterRecords, type ClusterRecords } from '../../../activities/store/cluster-records.ts';
import { createClusterSecrets } from '../../../activities/store/cluster-secrets.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { createSecretBox } from '../../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';
import { desired } from '../domain/support/clusters.ts';
import { sampleEntry, sampleRecord } from '../store/sample-records.ts';
import { temporaryDirectory } from '../store/temporary-directory.ts';

let records: ClusterRecords;
let uids: readonly string[] = [];
let read: ReturnType<typeof createHistoryActivities>['readHistory'];
let revisions: ReturnType<typeof createHistoryActivities>['readRevisions'];

/** A real store in which "demo" was made, deleted with all its secrets, and made again. */
beforeEach(async () => {
  const directory = await temporaryDirectory();
  const store = await openFileStore(`${directory}/store`);
  const secrets = createClusterSecrets({ store, box: createSecretBox(await loadStoreKey(`${directory}/key.json`)) });
  records = createClusterRecords(store);
  const activities = createHistoryActivities({ records });
  read = (request) => activities.readHistory(request);
  revisions = (request) => activities.readRevisions(request);
  const make = async (entry: string): Promise<string> => {
    const uid = await records.reserveUid('demo');
    await records.save(sampleRecord({ installation: store.id, version: 1, uid }));
    await records.appendJournal(uid, sampleEntry(`${entry}/accepted`), sampleEntry(`${entry}/step`));
    return uid;
  };
  const first = await make('first');
  await records.markDeleted(first, 5_000);
  await secrets.deleteAll(first);
  await records.appendJournal(first, sampleEntry('first/ended'));
  uids = [first, await make('second')];
  await records.reserveUid('reserved');
});

const at = (revision: number, replicas: number) => ({ desired: { ...desired(replicas), name: 'demo' }, actor: 'ada', reason: `reason ${revision}`, at: revision });
const current = { revision: 3, desired: { ...desired(5), name: 'demo' } };

describe('readRevisions', () => {
  beforeEach(async () => {
    const uid = uids[1] ?? '';
    await records.saveRevision(uid, 1, at(1, 1));
    await records.saveRevision(uid, 2, at(2, 3));
    await records.saveRevision(uid, 3, at(3, 5));
  });

  test('lists what was wanted, by whom and why, and what each changed', async () => {
    const answer = await revisions({ name: 'demo' });
    expect(answer.uid).toBe(uids[1]);
    expect(answer.revisions.map(({ revision, reason, changes }) => [revision, reason, changes.length])).toEqual([[1, 'reason 1', 0], [2, 'reason 2', 1], [3, 'reason 3', 1]]);
    expect(answer).not.toHaveProperty('undo');
  });

  test('finds what an undo goes back to', async () => {
    expect((await revisions({ name: 'demo', undo: { current } })).undo).toMatchObject({ revision: 2 });
    expect((await revisions({ name: 'demo', undo: { current, toRevision: 1 } })).undo).toMatchObject({ revision: 1, desired: { controlPlane: { replicas: 1 } } });
  });

  test('says where there is none', async () => {
    const missing = revisions({ name: 'demo', undo: { current, toRevision: 7 } });
    await expect(missing).rejects.toThrow(RevisionNotFoundError);
    await expect(missing).rejects.toThrow('cluster demo: there is no revision 7; there are 1, 2, 3');
    await expect(revisions({ name: 'nobody' })).rejects.toThrow(ClusterNotFoundError);
  });
});

describe('readHistory', () => {
  test('reads the newest cluster of a name, and names the others', async () => {
    const [first, second] = uids;
    const page = await read({ name: 'demo', limit: 10 });
    expect(page.uid).toBe(second);
    expect(page.entries.map(({ id }) => id)).toEqual(['second/accepted', 'second/step']);
    expect(page.clusters).toEqual([
      { uid: second, createdAt: 1_000 },
      { uid: first, createdAt: 1_000, deletedAt: 5_000 },
    ]);
  });

  test('reads one that was deleted: its journal stays when its secrets go', async () => {
    const page = await read({ name: 'demo', uid: uids[0] ?? '', limit: 2 });
    expect(page.entries.map(({ id }) => id)).toEqual(['first/step', 'first/ended']);
    expect(page.from).toBe(1);
  });

  test.each([
    [{ name: 'nobody' }, 'the store has never known cluster nobody'],
    [{ name: 'reserved' }, 'the store has never known cluster reserved'],
    [{ name: 'demo', uid: 'uid-of-another' }, 'the store has never known cluster demo with the UID uid-of-another'],
  ])('%j is not found', async (wanted, message) => {
    const failure = read({ ...wanted, limit: 1 });
    await expect(failure).rejects.toThrow(ClusterNotFoundError);
    await expect(failure).rejects.toThrow(message);
  });
});
