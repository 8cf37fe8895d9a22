import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRecordActivities } from '../../../activities/record-activities.ts';
import { createClusterRecords } from '../../../activities/store/cluster-records.ts';
import { createClusterSecrets } from '../../../activities/store/cluster-secrets.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { createSecretBox } from '../../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';
import { acceptScale } from '../../../domain/change-cluster.ts';
import { newCluster, startOperation } from '../../../domain/accept-command.ts';
import { decideScale } from '../../../domain/decide-scale.ts';
import { sampleDesired } from './sample-records.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const owner = { role: 'worker', name: 'demo-md-0' } as const;
const now = Date.UTC(2026, 10, 21);

/** A worker's activities over one store: another call is another worker. */
async function openWorker(directory: string) {
  const store = await openFileStore(directory);
  const records = createClusterRecords(store);
  const secrets = createClusterSecrets({ store, box: createSecretBox(await loadStoreKey(join(directory, 'key'))) });
  const activities = createRecordActivities({ records, secrets, steps: { find: async () => undefined }, schedules: { remove: async () => undefined }, now: () => now });
  const placement = { installation: store.id, uid: 'uid-1', host: 'local' };
  return { records, activities, created: startOperation(newCluster({ placement, desired: sampleDesired(), now }), { verb: 'create', actor: 'ada@laptop', onFailure: 'block', now }) };
}

test('each specification that was accepted stays in the store, with who wanted it and why, whichever worker records it', async () => {
  const directory = await temporaryDirectory();
  const { activities, records, created } = await openWorker(directory);
  await activities.recordCluster({ state: created, journal: [] });
  await activities.recordCluster({ state: { ...created, version: created.version + 1 }, journal: [] });
  const decision = decideScale(created, { owner, replicas: 5 });
  expect(decision.action).toBe('refuse');
  const rested = { ...created, operations: created.operations.map((operation) => ({ ...operation, phase: 'Succeeded' as const })) };
  const scale = decideScale(rested, { owner, replicas: 5 });
  if (scale.action !== 'scale') throw new Error(scale.reasons.join('; '));
  const scaled = acceptScale(rested, { owner, desired: scale.desired }, { actor: 'bob@desk', reason: 'more to do', onFailure: 'block', changes: scale.reasons, now: now + 1 });
  const later = await openWorker(directory);
  await later.activities.recordCluster({ state: scaled, journal: [] });
  await later.activities.recordCluster({ state: scaled, journal: [] });
  expect(await records.listRevisions('uid-1')).toMatchObject([
    { revision: 1, actor: 'ada@laptop', reason: '', desired: { machineDeployments: [{ replicas: 2 }] } },
    { revision: 2, actor: 'bob@desk', reason: 'more to do', at: now + 1, desired: { machineDeployments: [{ replicas: 5 }] } },
  ]);
});

test('a second writer with another specification under the same revision is refused', async () => {
  const directory = await temporaryDirectory();
  const { activities, created } = await openWorker(directory);
  await activities.recordCluster({ state: created, journal: [] });
  const other = await openWorker(directory);
  const state = { ...created, version: created.version + 1, desired: sampleDesired({ replicas: 9 }) };
  await expect(other.activities.recordCluster({ state, journal: [] })).rejects.toThrow('another specification');
});
