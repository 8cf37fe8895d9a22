import { AbortMultipartUploadCommand, DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, ListMultipartUploadsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { BackupDestination, StoredObject } from '../seams/backup-destination.ts';
import type { DestinationConfig } from './destination-config.ts';
import { describeS3Error, isMissingObject } from './s3-errors.ts';

/** Two of these are in memory at a time; ten thousand are an object's most, so 160 GiB. */
const PART_BYTES = 16 * 1024 * 1024;

/**
 * Backups in a bucket of S3, or of a server that speaks it. A large object goes up in parts and is seen
 * when the last request completes them, a small one in a single request. Credentials are looked for
 * where AWS's own tools look.
 */
export function createS3Destination(config: Extract<DestinationConfig, { kind: 's3' }>): BackupDestination {
  const { bucket: Bucket, endpoint, region } = config;
  const client = new S3Client({
    region,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000 },
    // Servers that are not Amazon's know neither buckets as host names nor the newer checksums.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' }),
  });
  const location = `s3://${Bucket}${config.prefix === '' ? '' : `/${config.prefix}`}`;
  const start = config.prefix === '' ? '' : `${config.prefix}/`;
  const guard = <T>(action: string, work: () => Promise<T>): Promise<T> => work().catch((error: unknown) => Promise.reject(describeS3Error(location, action, error)));
  const get = (key: string, signal: AbortSignal, more: { readonly Range?: string } = {}) =>
    orMissing(() => client.send(new GetObjectCommand({ Bucket, Key: start + key, ...more }), { abortSignal: signal }));

  return {
    location,
    put: (key, body, { signal, onProgress }) =>
      guard(`write ${key}`, async () => {
        try {
          const there = await orMissing(() => client.send(new HeadObjectCommand({ Bucket, Key: start + key }), { abortSignal: signal }));
          if (there !== undefined) return false;
          const upload = new Upload({ client, params: { Bucket, Key: start + key, Body: body }, partSize: PART_BYTES, queueSize: 1, leavePartsOnError: false });
          upload.on('httpUploadProgress', ({ loaded }) => onProgress(loaded ?? 0));
          const abort = (): void => void upload.abort();
          signal.addEventListener('abort', abort, { once: true });
          try {
            await upload.done();
          } catch (error) {
            signal.throwIfAborted();
            throw body.errored ?? error;
          } finally {
            signal.removeEventListener('abort', abort);
          }
          return true;
        } finally {
          body.destroy();
        }
      }),
    readBeginning: (key, bytes, signal) =>
      guard(`read ${key}`, async () => {
        const found = await get(key, signal, { Range: `bytes=0-${bytes - 1}` });
        return found === undefined ? undefined : buffer(readable(found.Body));
      }),
    open: (key, signal) =>
      guard(`read ${key}`, async () => {
        const found = await get(key, signal);
        return found === undefined ? undefined : readable(found.Body);
      }),
    list: (prefix, signal) =>
      guard(`list ${prefix}`, async () => {
        const found: StoredObject[] = [];
        for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix: start + prefix }, { abortSignal: signal })) {
          for (const { Key = '', Size = 0 } of page.Contents ?? []) found.push({ key: Key.slice(start.length), bytes: Size });
        }
        return found.toSorted((a, b) => (a.key < b.key ? -1 : 1));
      }),
    delete: (key, signal) => guard(`delete ${key}`, async () => void (await client.send(new DeleteObjectCommand({ Bucket, Key: start + key }), { abortSignal: signal }))),
    removeAbandoned: (before, signal) =>
      guard('clear away what was never finished', async () => {
        const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: start }), { abortSignal: signal });
        const abandoned = Uploads.filter(({ Initiated }) => (Initiated?.getTime() ?? Infinity) < before);
        for (const { Key, UploadId } of abandoned) await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), { abortSignal: signal });
        return abandoned.length;
      }),
    locate: async (key) => {
      const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
      return { kind: 'url', url: await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: start + key }), { expiresIn: 3600 }) };
    },
  };
}

async function orMissing<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isMissingObject(error)) return undefined;
    throw error;
  }
}

function readable(body: unknown): Readable {
  if (body instanceof Readable) return body;
  throw new TypeError('S3 gave an object without a stream of bytes');
}
