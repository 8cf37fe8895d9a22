import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withLock } from '../../../node-image/setup/lock.mjs';
import { exitCodes } from '../../../node-image/setup/problems.mjs';

describe('the lock of a cache', () => {
  let folder: string;
  let path: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-lock-'));
    path = join(folder, 'setup.lock');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const options = () => ({ path, waitMs: 10_000, onWait: () => undefined });

  test('lets one at a time in, and leaves nothing behind', async () => {
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
    };
    await Promise.all([withLock(options(), work), withLock(options(), work), withLock(options(), work)]);
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  test('is free again after a failure', async () => {
    await expect(withLock(options(), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(options(), async () => 'yes')).toBe('yes');
  });

  test('of a process that was killed is taken over', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => {
      child.once('exit', resolve);
    });
    await writeFile(path, JSON.stringify({ pid: child.pid, startedAt: '1' }));
    expect(await withLock(options(), async () => 'mine')).toBe('mine');
  });

  test.runIf(process.platform === 'linux')('of an earlier process with the same number is taken over', async () => {
    await writeFile(path, JSON.stringify({ pid: process.pid, startedAt: '1' }));
    expect(await withLock(options(), async () => 'mine')).toBe('mine');
  });

  test('of a living process is waited for, then named', async () => {
    const waited: number[] = [];
    const outcome = withLock(options(), () =>
      withLock({ path, waitMs: 0, onWait: (holder) => waited.push(holder) }, async () => 'never'),
    );
    await expect(outcome).rejects.toMatchObject({
      code: exitCodes.busy,
      message: expect.stringContaining(`process ${process.pid}`),
    });
  });
});
