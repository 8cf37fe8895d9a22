import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createBackupKey, parseExportedKeys } from '../../../activities/backup/backup-key.ts';
import { openBackup, type OpenRequest } from '../../../activities/backup/open-backup.ts';
import { packBackup } from '../../../activities/backup/pack-backup.ts';
import { describeSample, sampleId, sampleObject, sampleParts, sourcesOf, streamOf, type SampleParts } from './sample-backup.ts';

const key = createBackupKey(0);
const where = `backup ${sampleId}`;

const readAll = async (object: Buffer, more: Partial<OpenRequest> = {}): Promise<Record<string, Buffer>> => {
  const opened = await openBackup({ object: streamOf(object), where, keys: [key], ...more });
  const found: Record<string, Buffer> = {};
  for await (const { part, content } of opened.parts) found[part.path] = await buffer(content);
  return found;
};

const split = (object: Buffer) => {
  const at = 12 + object.readUInt32BE(8);
  return { header: object.subarray(0, at), content: object.subarray(at) };
};

/** How a backup ends of which one part comes from there. */
const broken = (parts: SampleParts, source: (onChunk: (chunk: Uint8Array) => Promise<void>) => Promise<void>) => {
  const packed = packBackup({ ...describeSample(parts), recipient: key, sources: { ...sourcesOf(parts), 'etcd-snapshot.db': source } });
  return Promise.allSettled([buffer(packed.body), packed.done]);
};

describe('a backup', () => {
  test.for([0, 1, 65_535, 65_536, 65_537, 200_000, 3_000_000])('with a snapshot of %i bytes comes back as it was', async (bytes) => {
    const parts = sampleParts(bytes);
    const object = await sampleObject(key, parts);
    expect(await readAll(object)).toEqual(parts);
    expect(object.includes('in the clear nowhere')).toBe(false);
  });

  test('says in clear what it is, and no more', async () => {
    const object = await sampleObject(key);
    const opened = await openBackup({ object: streamOf(object), where, keys: [key] });
    expect(opened.header).toMatchObject({ id: sampleId, cluster: { name: 'demo' }, etcd: { revision: 1234 }, recipient: { keyId: key.keyId } });
    expect(opened.manifest).toMatchObject({ endpoint: 'https://172.30.4.2:6443', recordVersion: 7 });
    expect(object.includes('172.30.4.2')).toBe(false);
  });

  test('that was changed anywhere is refused', async () => {
    const parts = sampleParts(150_000);
    const object = await sampleObject(key, parts);
    await fc.assert(
      fc.asyncProperty(fc.nat(object.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(object);
        changed[at] = (changed[at] ?? 0) ^ flip;
        await expect(readAll(changed)).rejects.toMatchObject({ name: expect.stringMatching(/^Backup(Damaged|Truncated|Key|Version)Error$/) });
      }),
      { numRuns: 60 },
    );
  });

  test('that was cut off anywhere is refused, and at the end of a chunk is known to be cut', async () => {
    const object = await sampleObject(key, sampleParts(400_000));
    await fc.assert(
      fc.asyncProperty(fc.nat(object.length - 1), async (length) => {
        await expect(readAll(object.subarray(0, length))).rejects.toMatchObject({ name: expect.stringMatching(/^Backup(Damaged|Truncated)Error$/) });
      }),
      { numRuns: 40 },
    );
    const headerBytes = 12 + object.readUInt32BE(8);
    await expect(readAll(object.subarray(0, headerBytes + 2 * 65_552))).rejects.toMatchObject({ name: 'BackupTruncatedError' });
    await expect(readAll(Buffer.concat([object, randomBytes(1)]))).rejects.toMatchObject({ name: 'BackupDamagedError' });
    await expect(readAll(Buffer.alloc(0))).rejects.toMatchObject({ name: 'BackupTruncatedError' });
    await expect(readAll(randomBytes(50_000))).rejects.toMatchObject({ name: 'BackupDamagedError' });
  });

  test('whose chunks have changed places is refused', async () => {
    const object = await sampleObject(key, sampleParts(400_000));
    const start = 12 + object.readUInt32BE(8);
    const chunk = (index: number) => object.subarray(start + index * 65_552, start + (index + 1) * 65_552);
    const swapped = Buffer.concat([object.subarray(0, start), chunk(1), chunk(0), object.subarray(start + 2 * 65_552)]);
    await expect(readAll(swapped)).rejects.toMatchObject({ name: 'BackupDamagedError', message: expect.stringContaining('chunk 0 was altered') });
  });

  test('under the header of another is refused', async () => {
    const [one, other] = [await sampleObject(key), await sampleObject(key, sampleParts(), { createdAt: 1 })];
    await expect(readAll(Buffer.concat([split(other).header, split(one).content]))).rejects.toMatchObject({ name: 'BackupDamagedError' });
  });

  test('is refused without its key, naming both, and for whom it is not', async () => {
    const object = await sampleObject(key);
    const stranger = createBackupKey(0);
    await expect(readAll(object, { keys: [stranger] })).rejects.toMatchObject({ name: 'BackupKeyError', message: expect.stringMatching(new RegExp(`${key.keyId}.*${stranger.keyId}`)) });
    await expect(readAll(object, { expected: { name: 'other' } })).rejects.toMatchObject({ name: 'ForeignBackupError' });
    await expect(readAll(object, { expected: { name: 'demo', uid: 'uid-other' } })).rejects.toMatchObject({ name: 'ForeignBackupError' });
    await expect(readAll(object, { expected: { name: 'demo', id: '20261121-144055-aaaaaa' } })).rejects.toMatchObject({ name: 'ForeignBackupError' });
    await expect(readAll(object, { expected: { name: 'demo', uid: 'uid-demo', id: sampleId } })).resolves.toBeDefined();
  });

  test('of a later format is refused as such', async () => {
    const object = await sampleObject(key);
    const later = Buffer.from(object);
    later.write('"formatVersion":9', object.indexOf('"formatVersion":1'));
    await expect(readAll(later)).rejects.toMatchObject({ name: 'BackupVersionError' });
  });
});

describe('a backup that is being made', () => {
  test.for<readonly [string, (bytes: Buffer, onChunk: (chunk: Uint8Array) => Promise<void>) => Promise<void>, RegExp]>([
    ['lost on the way', async (bytes, onChunk) => onChunk(bytes.subarray(0, 5)).then(() => Promise.reject(new Error('the connection was lost'))), /the connection was lost/],
    ['cut off', (bytes, onChunk) => onChunk(bytes.subarray(1)), /of its 300000 bytes came/],
    ['too long', (bytes, onChunk) => onChunk(Buffer.concat([bytes, bytes])), /more than the 300000 bytes/],
    ['another one', (bytes, onChunk) => onChunk(Buffer.alloc(bytes.length)), /altered on its way/],
  ])('from a snapshot that is %s has no end', async ([, source, message]) => {
    const parts = sampleParts();
    const [body, done] = await broken(parts, (onChunk) => source(parts['etcd-snapshot.db'], onChunk));
    expect(body.status).toBe('rejected');
    expect(done).toMatchObject({ status: 'rejected', reason: { message: expect.stringMatching(message) } });
  });

  test('stops its sources when nobody reads it any more, and holds them back meanwhile', async () => {
    const parts = sampleParts(60_000_000);
    let given = 0;
    const packed = packBackup({
      ...describeSample(parts),
      recipient: key,
      sources: {
        ...sourcesOf(parts),
        'etcd-snapshot.db': async (onChunk) => {
          for (let at = 0; at < parts['etcd-snapshot.db'].length; at += 100_000, given += 100_000) await onChunk(parts['etcd-snapshot.db'].subarray(at, at + 100_000));
        },
      },
    });
    packed.done.catch(() => undefined);
    const reader = packed.body[Symbol.asyncIterator]();
    for (let read = 0; read < 3; read += 1) await reader.next();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(given).toBeLessThan(10_000_000);
    packed.body.destroy();
    await expect(packed.done).rejects.toBeInstanceOf(Error);
  });
});

describe('an exported key', () => {
  const exported = { kind: 'SlipwayBackupKeys', schemaVersion: 1, installation: 'test', keys: [key] };

  test('is read back', () => {
    expect(parseExportedKeys(JSON.stringify(exported)).keys).toEqual([key]);
  });

  test.for<readonly [string, unknown]>([
    ['no JSON', 'nothing'],
    ['something else', { kind: 'Config' }],
    ['no key', { ...exported, keys: [] }],
    ['another private key', { ...exported, keys: [{ ...key, privateKey: createBackupKey(0).privateKey }] }],
    ['no private key', { ...exported, keys: [{ ...key, privateKey: 'none' }] }],
  ])('that is %s is refused, and not quoted', ([, content]) => {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    expect(() => parseExportedKeys(text)).toThrow(expect.objectContaining({ name: 'BackupKeyFileError', message: expect.not.stringContaining('MC4CAQ') }));
  });
});
