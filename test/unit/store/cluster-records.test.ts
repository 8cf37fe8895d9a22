import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createClusterRecords } from '../../../activities/store/cluster-records.ts';
import {
  PlainSecretError,
  RecordConflictError,
  StoreKeyError,
  StoreVersionError,
} from '../../../activities/store/errors.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { sampleDesired, sampleEntry, sampleMachine, sampleRecord } from './sample-records.ts';
import { temporaryDirectory } from './temporary-directory.ts';

async function openRecords() {
  const directory = await temporaryDirectory();
  const store = await openFileStore(directory);
  return { directory, store, records: createClusterRecords(store), installation: store.id };
}

test('what was saved is what is loaded', async () => {
  const { records, installation } = await openRecords();
  expect(await records.load('uid-1')).toBeUndefined();
  const record = sampleRecord({ installation, version: 3, machines: ['demo-cp-a'] });
  expect(await records.save(record)).toBe('saved');
  expect(await records.load('uid-1')).toEqual(record);
});

test('a save that comes late changes nothing', async () => {
  const { records, store, installation } = await openRecords();
  const newer = sampleRecord({ installation, version: 12, machines: ['a', 'b'] });
  await records.save(newer);
  expect(await records.save(sampleRecord({ installation, version: 9, machines: ['a'] }))).toBe('superseded');
  expect(await records.load('uid-1')).toEqual(newer);
  expect(await store.list('clusters/uid-1/records/')).toHaveLength(1);
});

test('the highest version is the truth, whatever the order and however many write at once', async () => {
  const versions = fc.array(fc.integer({ min: 0, max: 2_000_000 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(versions, fc.boolean(), async (arrivals, together) => {
      const { records, store, installation } = await openRecords();
      const save = (version: number) =>
        records.save(sampleRecord({ installation, version, machines: [`m-${version}`] }));
      if (together) await Promise.all(arrivals.map(save));
      else for (const version of arrivals) await save(version);
      const highest = Math.max(...arrivals);
      const loaded = await records.load('uid-1');
      expect(loaded?.version).toBe(highest);
      expect(loaded?.machines).toEqual([sampleMachine(`m-${highest}`)]);
      expect(await records.save(sampleRecord({ installation, version: highest + 1 }))).toBe('saved');
      expect(await store.list('clusters/uid-1/records/')).toHaveLength(1);
    }),
    { numRuns: 20 },
  );
});

test('a reader is never without a record while it is replaced', async () => {
  const { records, installation } = await openRecords();
  await records.save(sampleRecord({ installation, version: 0 }));
  let highest = 0;
  for (let version = 1; version < 40; version += 1) {
    const saving = records.save(sampleRecord({ installation, version }));
    const seen = (await Promise.all([1, 2, 3].map(() => records.load('uid-1')))).map((record) => record?.version ?? -1);
    expect(Math.min(...seen)).toBeGreaterThanOrEqual(highest);
    await saving;
    highest = version;
  }
});

test('one version with two contents is a second writer, and is refused', async () => {
  const { records, installation } = await openRecords();
  const first = sampleRecord({ installation, version: 4, machines: ['a'] });
  await records.save(first);
  expect(await records.save(structuredClone(first))).toBe('saved');
  await expect(records.save(sampleRecord({ installation, version: 4, machines: ['b'] }))).rejects.toThrow(
    RecordConflictError,
  );
  expect(await records.load('uid-1')).toEqual(first);
});

test('a cluster of another store is refused', async () => {
  const { records, store } = await openRecords();
  await expect(records.save(sampleRecord({ installation: 'other', version: 1 }))).rejects.toThrow(
    `cluster demo (UID uid-1) belongs to store other, this is store ${store.id}`,
  );
  expect(await store.list('clusters/')).toEqual([]);
});

test.each(['', 'a/b', '../x', 'A', 'x'.repeat(64)])('a UID of %j reaches nothing', async (uid) => {
  const { records, installation } = await openRecords();
  await expect(records.load(uid)).rejects.toThrow(StoreKeyError);
  await expect(records.save(sampleRecord({ installation, version: 1, uid }))).rejects.toThrow(StoreKeyError);
  await expect(records.markDeleted(uid, 1)).rejects.toThrow(StoreKeyError);
});

test('finds the live cluster of a name', async () => {
  const { records, installation } = await openRecords();
  await records.save(sampleRecord({ installation, version: 1, uid: 'old' }));
  await records.markDeleted('old', 5_000);
  await records.save(sampleRecord({ installation, version: 1, uid: 'new' }));
  await records.save(sampleRecord({ installation, version: 1, uid: 'else', name: 'demo-2' }));
  expect((await records.findByName('demo'))?.identity.uid).toBe('new');
  expect(await records.findByName('nobody')).toBeUndefined();
  expect((await records.list()).map((record) => [record.identity.uid, record.deletedAt])).toEqual([
    ['else', undefined],
    ['new', undefined],
    ['old', 5_000],
  ]);
  await records.save(sampleRecord({ installation, version: 1, uid: 'twin' }));
  await expect(records.findByName('demo')).rejects.toThrow('2 live clusters named demo (UIDs new, twin)');
});

test('a name stands for one UID until that cluster is deleted, also for callers at once', async () => {
  const { records } = await openRecords();
  const uids = new Set(await Promise.all(Array.from({ length: 20 }, () => records.reserveUid('demo'))));
  expect(uids.size).toBe(1);
  const [uid = ''] = uids;
  expect(await records.reserveUid('demo')).toBe(uid);
  expect(await records.reserveUid('demo-2')).not.toBe(uid);
  await records.markDeleted(uid, 1);
  const next = new Set(await Promise.all(Array.from({ length: 20 }, () => records.reserveUid('demo'))));
  expect(next.size).toBe(1);
  expect(next).not.toContain(uid);
});

test('deleted is for ever, and the first time stays', async () => {
  const { records, installation } = await openRecords();
  await records.save(sampleRecord({ installation, version: 1 }));
  expect(await records.isDeleted('uid-1')).toBe(false);
  await records.markDeleted('uid-1', 5_000);
  await records.markDeleted('uid-1', 6_000);
  expect(await records.isDeleted('uid-1')).toBe(true);
  await records.save({ ...sampleRecord({ installation, version: 2 }) });
  expect((await records.load('uid-1'))?.deletedAt).toBe(5_000);
});

test('a deletion that a record claims counts for nothing without its tombstone', async () => {
  const { records, installation } = await openRecords();
  await records.save({ ...sampleRecord({ installation, version: 1 }), deletedAt: 4_000 });
  expect((await records.load('uid-1'))?.deletedAt).toBeUndefined();
});

test('a record of another schema version is refused', async () => {
  const { records, store, installation } = await openRecords();
  const newer = { ...sampleRecord({ installation, version: 1 }), schemaVersion: 2 };
  await store.put('clusters/uid-1/records/000000000001.json', Buffer.from(JSON.stringify(newer)));
  await expect(records.load('uid-1')).rejects.toThrow(StoreVersionError);
});

test('a secret may stand in a record or a revision as a reference only', async () => {
  const { records, store, installation } = await openRecords();
  const file = { path: '/etc/x', owner: 'root:root', permissions: '0600', append: false };
  const user = { name: 'u', sshAuthorizedKeys: [] };
  const bootstraps = [
    { bootstrap: { files: [{ ...file, content: { plain: 'canary-1' } }] }, field: 'files[0].content' },
    { bootstrap: { users: [user, { ...user, passwd: { sealed: 'canary-1' } }] }, field: 'users[1].passwd' },
    { bootstrap: { preKubeadmCommands: [{ plain: 'canary-1' }] }, field: 'preKubeadmCommands[0]' },
    { bootstrap: { postKubeadmCommands: [{ ref: 'r' }, { plain: 'canary-1' }] }, field: 'postKubeadmCommands[1]' },
  ];
  for (const { bootstrap, field } of bootstraps) {
    const desired = sampleDesired({ bootstrap });
    const content = { desired, actor: 'me', reason: 'apply', at: 1 };
    const refusals = [
      records.save(sampleRecord({ installation, version: 1, desired })),
      records.saveRevision('uid-1', 1, content),
    ];
    for (const refusal of refusals) {
      const error: unknown = await refusal.catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(PlainSecretError);
      expect(String(error)).toContain(`machineDeployments[demo-md-0].bootstrap.${field}`);
      expect(String(error)).not.toContain('canary');
    }
  }
  expect(await store.list('clusters/')).toEqual([]);
  const desired = sampleDesired({ bootstrap: { files: [{ ...file, content: { ref: 'uid-1/abc' } }] } });
  expect(await records.save(sampleRecord({ installation, version: 1, desired }))).toBe('saved');
});

test('a revision is made once', async () => {
  const { records } = await openRecords();
  await records.saveRevision('uid-1', 2, scaledTo(3));
  await records.saveRevision('uid-1', 10, scaledTo(4));
  await records.saveRevision('uid-1', 1, scaledTo(2));
  await records.saveRevision('uid-1', 2, { ...scaledTo(3), at: 8, actor: 'a retry' });
  await expect(records.saveRevision('uid-1', 2, scaledTo(5))).rejects.toThrow(RecordConflictError);
  expect(await records.listRevisions('uid-1')).toEqual([
    { revision: 1, ...scaledTo(2) },
    { revision: 2, ...scaledTo(3) },
    { revision: 10, ...scaledTo(4) },
  ]);
});

test('the journal takes each entry once, in order', async () => {
  const { records, store } = await openRecords();
  expect(await records.readJournal('uid-1')).toEqual([]);
  const [one, two, three] = [sampleEntry('1'), sampleEntry('2', { actor: 'me', attempts: 3 }), sampleEntry('3')];
  await records.appendJournal('uid-1', one);
  await records.appendJournal('uid-1', one, two, { ...two, at: 9 });
  await records.appendJournal('uid-1');
  await records.appendJournal('uid-1', two, one, three);
  await records.appendJournal('uid-2', sampleEntry('else'));
  expect(await records.readJournal('uid-1')).toEqual([one, two, three]);
  const lines = Buffer.from((await store.get('clusters/uid-1/journal.jsonl')) ?? []).toString('utf8');
  expect(lines.trimEnd().split('\n')).toHaveLength(3);
});

test('an entry that two workers wrote at the same moment is read once, as it was first', async () => {
  const { records, store } = await openRecords();
  const entries = [sampleEntry('1'), sampleEntry('1', { at: 9 }), sampleEntry('2')];
  for (const entry of entries) await store.appendLine('clusters/uid-1/journal.jsonl', JSON.stringify(entry));
  expect(await records.readJournal('uid-1')).toEqual([sampleEntry('1'), sampleEntry('2')]);
});

test('what a later Slipway adds to an entry is kept', async () => {
  const { records } = await openRecords();
  const entry = { ...sampleEntry('1'), more: 'than is known here' };
  await records.appendJournal('uid-1', entry);
  expect(await records.readJournal('uid-1')).toEqual([entry]);
});

test('entries of many writers at once are all there, each once', async () => {
  const { records } = await openRecords();
  const ids = Array.from({ length: 30 }, (_, index) => `entry-${index}`);
  await Promise.all([...ids, ...ids].map((id) => records.appendJournal('uid-1', sampleEntry(id))));
  const read = await records.readJournal('uid-1');
  expect(read).toHaveLength(ids.length);
  expect(new Set(read.map((entry) => entry.id))).toEqual(new Set(ids));
});

test('a line that was cut short costs no other entry', async () => {
  const { records, directory } = await openRecords();
  await records.appendJournal('uid-1', sampleEntry('1'));
  await appendFile(join(directory, 'data', 'clusters', 'uid-1', 'journal.jsonl'), '{"id":"2","at":1');
  await records.appendJournal('uid-1', sampleEntry('2'), sampleEntry('3'));
  expect((await records.readJournal('uid-1')).map(({ id }) => id)).toEqual(['1', '2', '3']);
});

test('journal and records outlive the deletion', async () => {
  const { records, installation } = await openRecords();
  await records.save(sampleRecord({ installation, version: 1 }));
  await records.appendJournal('uid-1', sampleEntry('1'));
  await records.markDeleted('uid-1', 5_000);
  await records.appendJournal('uid-1', sampleEntry('2'));
  expect(await records.readJournal('uid-1')).toHaveLength(2);
  expect((await records.load('uid-1'))?.identity.name).toBe('demo');
});

function scaledTo(replicas: number) {
  return { desired: sampleDesired({ replicas }), actor: 'me', reason: 'scale', at: 7 };
}
