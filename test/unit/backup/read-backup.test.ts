import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createBackupKey } from '../../../activities/backup/backup-key.ts';
import { packBackup } from '../../../activities/backup/pack-backup.ts';
import { readBackup } from '../../../activities/backup/read-backup.ts';
import { describeSample, etcdSnapshot, sampleObject, sampleSecrets, sourcesOf, streamOf, wholeParts, type SampleParts } from './sample-backup.ts';

const key = createBackupKey(0);
const where = 'the backup';

describe('a backup that is read to its end', () => {
  test('gives what the store knew, and hands the rest on', async () => {
    const parts = wholeParts(etcdSnapshot(randomBytes(512 * 700)));
    const [snapshot, files]: [Buffer[], Buffer[]] = [[], []];
    const read = await readBackup({
      object: streamOf(await sampleObject(key, parts)),
      where,
      keys: [key],
      onSnapshot: async (chunk) => void snapshot.push(Buffer.from(chunk)),
      onFiles: async (chunk) => void files.push(Buffer.from(chunk)),
    });
    expect(read).toMatchObject({ secrets: sampleSecrets, revisions: [], manifest: { recordVersion: 7 } });
    expect([Buffer.concat(snapshot).equals(parts['etcd-snapshot.db']), Buffer.concat(files).equals(parts['control-plane-files.tar'])]).toEqual([true, true]);
  });

  test.for<readonly [string, SampleParts]>([
    ["whose snapshot has another hash than etcd's own", wholeParts(randomBytes(512 * 8 + 32))],
    ['whose snapshot has no hash at all', wholeParts(randomBytes(512 * 8))],
    ['whose snapshot is empty', wholeParts(Buffer.alloc(0))],
    ['whose secrets are none', { ...wholeParts(etcdSnapshot(randomBytes(512))), 'secrets.json': Buffer.from('{}') }],
    ['whose revisions are none', { ...wholeParts(etcdSnapshot(randomBytes(512))), 'revisions.json': Buffer.from('{}') }],
  ])('%s is refused', async ([, parts]) => {
    await expect(readBackup({ object: streamOf(await sampleObject(key, parts)), where, keys: [key] })).rejects.toMatchObject({ name: 'BackupDamagedError' });
  });
});

test('neither writing nor reading keeps what has passed: 256 MB in less than 120', async () => {
  const block = randomBytes(1024 * 1024);
  const blocks = 256;
  const data = createHash('sha256');
  for (let index = 0; index < blocks; index += 1) data.update(block);
  const whole = data.copy();
  const appended = data.digest();
  const sha256 = whole.update(appended).digest('hex');
  const bytes = blocks * block.length + appended.length;
  const small = wholeParts(Buffer.alloc(0));
  const { header, manifest } = describeSample(small);
  const etcd = { ...manifest.etcd, bytes, sha256 };
  const parts = manifest.parts.map((part) => (part.path === 'etcd-snapshot.db' ? { ...part, bytes, sha256 } : part));
  const packed = packBackup({
    header: { ...header, etcd },
    manifest: { ...manifest, etcd, parts },
    recipient: key,
    sources: {
      ...sourcesOf(small),
      'etcd-snapshot.db': async (onChunk) => {
        for (let index = 0; index < blocks; index += 1) await onChunk(Buffer.from(block));
        await onChunk(appended);
      },
    },
  });
  const before = process.memoryUsage().arrayBuffers;
  let [most, received] = [0, 0];
  await readBackup({
    object: packed.body,
    where,
    keys: [key],
    onSnapshot: async (chunk) => {
      received += chunk.length;
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    },
  });
  await packed.done;
  expect(received).toBe(bytes);
  expect(most).toBeLessThan(120 * 1024 * 1024);
});
