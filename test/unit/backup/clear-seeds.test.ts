import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clearAbandonedSeeds } from '../../../activities/clear-seeds.ts';
import type { ClusterLookup } from '../../../activities/seams/cluster-lookup.ts';
import { createClusterRecords } from '../../../activities/store/cluster-records.ts';
import { createClusterSecrets } from '../../../activities/store/cluster-secrets.ts';
import { createClusterSeeds } from '../../../activities/store/cluster-seeds.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { createSecretBox } from '../../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';
import { running } from '../domain/recovery/recoveries.ts';
import { sampleRecord } from '../store/sample-records.ts';
import { temporaryDirectory } from '../store/temporary-directory.ts';

const nobody: ClusterLookup = { find: async () => undefined };
/** "demo" is uid-demo. */
const demo: ClusterLookup = { find: async (name) => (name === 'demo' ? running(1, 0) : undefined) };

/** A store in which an attempt has stored a text under that UID, and was ended from outside. */
async function leaveBehind(uid: string) {
  const folder = await temporaryDirectory();
  const store = await openFileStore(join(folder, 'store'));
  const secrets = createClusterSecrets({ store, box: createSecretBox(await loadStoreKey(join(folder, 'key.json'))) });
  const [seeds, records] = [createClusterSeeds(store), createClusterRecords(store)];
  await seeds.begin({ uid, name: 'demo', attempt: { workflowId: 'cluster/demo/recover-onto-1', runId: 'run' } });
  await secrets.internSecret(uid, 'kind: EncryptionConfiguration');
  const clear = (clusters: ClusterLookup, underWay = false) => clearAbandonedSeeds({ seeds, attempts: { isUnderWay: async () => underWay }, clusters, records, secrets, now: () => 5 });
  return { store, seeds, records, secrets, clear };
}

describe('what an attempt has stored that was ended from outside', () => {
  test('goes, and nothing can be stored there any more', async () => {
    const { store, seeds, records, secrets, clear } = await leaveBehind('uid-1');
    await clear(nobody);
    expect(await store.list('clusters/uid-1/secrets/')).toEqual([]);
    expect(await seeds.list()).toEqual([]);
    expect(await records.isDeleted('uid-1')).toBe(true);
    await expect(secrets.internSecret('uid-1', 'late')).rejects.toMatchObject({ name: 'ClusterDeletedError' });
    await clear(nobody);
    // The name is free.
    expect(await records.reserveUid('demo')).not.toBe('uid-1');
  });

  test('stays while the attempt may go on', async () => {
    const { store, seeds, clear } = await leaveBehind('uid-1');
    await clear(nobody, true);
    expect(await store.list('clusters/uid-1/secrets/')).toHaveLength(1);
    expect(await seeds.list()).toMatchObject([{ uid: 'uid-1', name: 'demo' }]);
  });

  test('stays where its cluster has begun, recorded or not, and has the name', async () => {
    for (const { uid, clusters, isRecorded } of [{ uid: 'uid-1', clusters: nobody, isRecorded: true }, { uid: 'uid-demo', clusters: demo, isRecorded: false }]) {
      const { store, seeds, records, clear } = await leaveBehind(uid);
      if (isRecorded) await records.save(sampleRecord({ installation: store.id, version: 1, uid }));
      await clear(clusters);
      expect(await store.list(`clusters/${uid}/secrets/`)).toHaveLength(1);
      expect(await seeds.list()).toEqual([]);
      expect(await records.reserveUid('demo')).toBe(uid);
    }
  });

  test('goes where another cluster has the name by now', async () => {
    const { store, clear } = await leaveBehind('uid-1');
    await clear(demo);
    expect(await store.list('clusters/uid-1/secrets/')).toEqual([]);
  });

  test('of a cluster that was deleted since leaves the name to its successor', async () => {
    const { store, seeds, records, clear } = await leaveBehind('uid-1');
    await records.save(sampleRecord({ installation: store.id, version: 1 }));
    await records.markDeleted('uid-1', 4);
    const successor = await records.reserveUid('demo');
    await clear(nobody);
    expect(await seeds.list()).toEqual([]);
    expect(await records.reserveUid('demo')).toBe(successor);
  });
});
