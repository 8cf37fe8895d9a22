import { expect, test } from 'vitest';
import { collectContents } from '../../../activities/backup/collect-contents.ts';
import { isBackupManifest } from '../../../activities/backup/backup-schemas.ts';
import type { ClusterRecord } from '../../../activities/store/cluster-record.ts';
import { describeSample, sampleParts, sampleSecrets } from './sample-backup.ts';

const { manifest } = describeSample(sampleParts(10));

/** The record that a backup with that manifest is of. */
const recordWith = (standing: ClusterRecord['standing']): ClusterRecord => ({
  schemaVersion: 1,
  version: manifest.recordVersion,
  identity: manifest.cluster,
  desired: manifest.desired,
  revision: manifest.revision,
  allocation: manifest.allocation,
  machines: [],
  createdAt: 0,
  ...(standing === undefined ? {} : { standing }),
});

const secrets: Parameters<typeof collectContents>[0]['secrets'] = {
  loadPki: async () => sampleSecrets.pki,
  loadSshKey: async () => ({ ...sampleSecrets.ssh }),
  listReferenced: async () => ({ interned: {}, delivered: {} }),
  ensureHostKey: () => Promise.reject(new Error('it has no Machines')),
};

const collect = (standing: ClusterRecord['standing']) =>
  collectContents({
    uid: manifest.cluster.uid,
    id: manifest.id,
    createdAt: 0,
    taken: { etcd: manifest.etcd, files: { bytes: 0, sha256: manifest.etcd.sha256 } },
    records: { load: async () => recordWith(standing), listRevisions: async () => [] },
    secrets,
  });

const paused = { actor: 'ada@laptop', at: 1, reason: 'the audit' };

test('a backup holds what people have said of the cluster, and not what the cluster was told', async () => {
  const { manifest: made } = await collect({ paused, published: { config: 'a', addons: 'b', nodes: 'c' } });
  expect(made.sayings).toEqual({ paused });
  const read: unknown = JSON.parse(JSON.stringify(made));
  expect(isBackupManifest(read)).toBe(true);
});

test('a backup of a cluster of which nothing was said is as older versions write it', async () => {
  const { manifest: made } = await collect(undefined);
  expect(made).not.toHaveProperty('sayings');
  expect(isBackupManifest(JSON.parse(JSON.stringify(made)))).toBe(true);
  expect(isBackupManifest({ ...made, sayings: 'no object' })).toBe(false);
});
