import { DeleteBucketCommand, DeleteObjectCommand, ListMultipartUploadsCommand, CreateMultipartUploadCommand, S3Client, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createS3Destination } from '../../../activities/backup/s3-destination.ts';
import { describeDestination } from './destination.contract.ts';
import { startMotoServer, type MotoServer } from './moto-server.ts';

const { signal } = new AbortController();
const quiet = { signal, onProgress: (): void => undefined };
let server: MotoServer;
let key: { readonly accessKeyId: string; readonly secretAccessKey: string };

const use = ({ accessKeyId, secretAccessKey }: typeof key): void => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
};
const destination = (bucket: string, prefix = 'some/place') => createS3Destination({ kind: 's3', bucket, prefix, region: 'us-east-1', endpoint: server.endpoint });
const client = () => new S3Client({ region: 'us-east-1', endpoint: server.endpoint, forcePathStyle: true, credentials: key });
const object = () => Readable.from([randomBytes(1000)]);

beforeAll(async () => {
  server = await startMotoServer();
  key = await server.createAccessKey();
  await server.createBucket('backups');
  use(key);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

describe('S3', () => {
  describeDestination(async () => destination('backups'));

  test('an object can be had for an hour by whoever is given its URL', async () => {
    const content = randomBytes(5000);
    await destination('backups').put('url/a/1', Readable.from([content]), quiet);
    const location = await destination('backups').locate('url/a/1');
    const url = location.kind === 'url' ? location.url : '';
    await server.withoutSignatures(async () => {
      expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(content)).toBe(true);
    });
    expect(url).toContain('X-Amz-Expires=3600');
  });

  test('credentials that are wrong, unknown or missing are said to be so', async () => {
    const wrong = [
      { ...key, secretAccessKey: `${key.secretAccessKey.slice(1)}x` },
      { accessKeyId: 'AKIAUNKNOWN000000000', secretAccessKey: key.secretAccessKey },
    ];
    for (const credentials of wrong) {
      use(credentials);
      await expect(destination('backups').put('wrong/a/1', object(), quiet)).rejects.toMatchObject({ name: 'BackupCredentialsError', message: expect.not.stringContaining(credentials.secretAccessKey) });
      await expect(destination('backups').list('wrong/', signal)).rejects.toMatchObject({ name: 'BackupCredentialsError' });
    }
    use(key);
    expect(await destination('backups').list('wrong/', signal)).toEqual([]);
  });

  test('a bucket that has vanished is said to be missing, and not made again', async () => {
    await server.createBucket('vanishing');
    const vanishing = destination('vanishing');
    await vanishing.put('here/a/1', object(), quiet);
    for await (const page of paginateListObjectsV2({ client: client() }, { Bucket: 'vanishing' })) {
      for (const { Key } of page.Contents ?? []) await client().send(new DeleteObjectCommand({ Bucket: 'vanishing', Key }));
    }
    await client().send(new DeleteBucketCommand({ Bucket: 'vanishing' }));
    for (const attempt of [() => vanishing.put('here/a/2', object(), quiet), () => vanishing.list('here/', signal), () => vanishing.removeAbandoned(0, signal)]) {
      await expect(attempt()).rejects.toMatchObject({ name: 'BackupDestinationMissingError' });
    }
  });

  test('a server that does not answer is unreachable', async () => {
    const nobody = createS3Destination({ kind: 's3', bucket: 'backups', prefix: '', region: 'us-east-1', endpoint: 'http://127.0.0.1:9' });
    await expect(nobody.list('a/', signal)).rejects.toMatchObject({ name: 'BackupDestinationUnreachableError' });
  });

  test('uploads that nobody finished are cleared away when they are old, and never listed', async () => {
    await client().send(new CreateMultipartUploadCommand({ Bucket: 'backups', Key: 'some/place/abandoned/a/1' }));
    expect(await destination('backups').list('abandoned/', signal)).toEqual([]);
    expect(await destination('backups').removeAbandoned(Date.now() - 60 * 60_000 * 24 * 365 * 20, signal)).toBe(0);
    expect(await destination('backups').removeAbandoned(Date.now() + 60_000, signal)).toBe(1);
    expect((await client().send(new ListMultipartUploadsCommand({ Bucket: 'backups' }))).Uploads ?? []).toEqual([]);
  });
});
