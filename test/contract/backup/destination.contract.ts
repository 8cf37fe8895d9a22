import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { BackupDestination } from '../../../activities/seams/backup-destination.ts';

const { signal } = new AbortController();
const quiet = { signal, onProgress: (): void => undefined };

async function* pieces(content: Buffer, size = 300_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function* thenFail(content: Buffer): AsyncGenerator<Buffer> {
  yield* pieces(content);
  throw new Error('the source is gone');
}

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) yield randomBytes(1_000_000);
}

const read = async (destination: BackupDestination, key: string): Promise<Buffer | undefined> => {
  const body = await destination.open(key, signal);
  return body === undefined ? undefined : buffer(body);
};

const keys = async (destination: BackupDestination, prefix: string) => (await destination.list(prefix, signal)).map(({ key }) => key);

/** What every destination of backups does. */
export function describeDestination(create: () => Promise<BackupDestination>): void {
  test.for([1, 200_000, 40_000_000])('an object of %i bytes is listed, and comes back as it was', async (bytes) => {
    const destination = await create();
    const content = randomBytes(bytes);
    const progress: number[] = [];
    const key = `sizes/uid/${bytes}.slipway-backup`;
    expect(await destination.put(key, Readable.from(pieces(content)), { signal, onProgress: (sent) => progress.push(sent) })).toBe(true);
    expect(await destination.list('sizes/', signal)).toContainEqual({ key, bytes });
    expect((await read(destination, key))?.equals(content)).toBe(true);
    expect(await destination.readBeginning(key, 1000, signal)).toEqual(content.subarray(0, 1000));
    expect(progress.at(-1)).toBe(bytes);
  });

  test('is listed by its cluster alone, in the order of keys, until it is deleted, also twice', async () => {
    const destination = await create();
    for (const key of ['order/b/2', 'order/a/1', 'order-of-others/a/1', 'order/a/3']) await destination.put(key, Readable.from(pieces(randomBytes(10))), quiet);
    expect(await keys(destination, 'order/')).toEqual(['order/a/1', 'order/a/3', 'order/b/2']);
    for (let time = 0; time < 2; time += 1) await destination.delete('order/a/3', signal);
    expect(await keys(destination, 'order/')).toEqual(['order/a/1', 'order/b/2']);
    expect(await keys(destination, 'nobody/')).toEqual([]);
  });

  test('that does not exist is undefined', async () => {
    const destination = await create();
    expect(await destination.open('missing/a/1', signal)).toBeUndefined();
    expect(await destination.readBeginning('missing/a/1', 10, signal)).toBeUndefined();
  });

  test('is never replaced: who comes second lets go of its own', async () => {
    const destination = await create();
    const [first, second] = [randomBytes(1000), Readable.from(pieces(randomBytes(1000)))];
    expect(await destination.put('once/a/1', Readable.from(pieces(first)), quiet)).toBe(true);
    expect(await destination.put('once/a/1', second, quiet)).toBe(false);
    expect((await read(destination, 'once/a/1'))?.equals(first)).toBe(true);
    expect(second.destroyed).toBe(true);
  });

  test.for([1000, 40_000_000])('whose source fails after %i bytes is never seen, and says what the source said', async (bytes) => {
    const destination = await create();
    await expect(destination.put(`failed/a/${bytes}`, Readable.from(thenFail(randomBytes(bytes))), quiet)).rejects.toThrow('the source is gone');
    expect(await keys(destination, 'failed/')).toEqual([]);
  });

  test('that is given up midway is never seen, and lets go of its source', async () => {
    const destination = await create();
    const abort = new AbortController();
    const body = Readable.from(endless());
    const putting = destination.put('given-up/a/1', body, { signal: abort.signal, onProgress: (bytes) => void (bytes > 20_000_000 && abort.abort(new Error('enough'))) });
    await expect(putting).rejects.toThrow('enough');
    expect(body.destroyed).toBe(true);
    expect(await keys(destination, 'given-up/')).toEqual([]);
  });
}
