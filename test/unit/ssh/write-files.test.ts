import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandRunner, RemoteFile } from '../../../activities/seams/command-runner.ts';
import { WriteFilesError } from '../../../activities/ssh/command-errors.ts';
import { createSshCommandRunner } from '../../../activities/ssh/command-runner.ts';
import { startInProcessServer, type InProcessServer } from './in-process-server.ts';

const owner = `${userInfo().uid}:${userInfo().gid}`;
let server: InProcessServer;
let runner: CommandRunner;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-files-'));
  server = await startInProcessServer();
  runner = createSshCommandRunner({
    keys: { clientKey: async () => server.clientKey.privateKey, hostKey: async () => server.hostKey.publicKey },
  });
});
afterEach(async () => {
  await runner.close();
  await server.close();
  await rm(folder, { recursive: true });
});

const write = (...files: readonly RemoteFile[]): Promise<void> =>
  runner.writeFiles(server.target, files.map((file) => ({ owner, ...file })), {
    signal: new AbortController().signal,
    timeoutMs: 10_000,
  });
const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o7777).toString(8);

describe('writeFiles', () => {
  it('writes several files with their modes, byte for byte, and makes their folders', async () => {
    const bytes = randomBytes(200_000);
    const [a, b, c] = [join(folder, 'new/deep/a'), join(folder, 'b'), join(folder, 'empty')];
    await write({ path: a, content: bytes, mode: '0600' }, { path: b, content: 'text ü\n', mode: '0755' }, { path: c, content: '', mode: '640' });
    expect(bytes.equals(await readFile(a))).toBe(true);
    expect(await readFile(b, 'utf8')).toBe('text ü\n');
    expect(await readFile(c, 'utf8')).toBe('');
    expect([await modeOf(a), await modeOf(b), await modeOf(c)]).toEqual(['600', '755', '640']);
    expect(await modeOf(join(folder, 'new'))).toBe('755');
  });

  it('replaces a file as a whole, its mode as well', async () => {
    const path = join(folder, 'a');
    await writeFile(path, 'an older and longer text');
    await chmod(path, 0o644);
    const before = await stat(path);
    await write({ path, content: 'new', mode: '0600' });
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await modeOf(path)).toBe('600');
    expect((await stat(path)).ino).not.toBe(before.ino);
  });

  it('takes any name', async () => {
    const names = ["it's", 'a "b" $HOME `id`', '-rf', 'tab\tand\nline', 'ü😀', '*', String.raw`back\slash`];
    await write(...names.map((name) => ({ path: join(folder, name), content: name, mode: '0600' })));
    expect((await readdir(folder)).toSorted()).toEqual(names.toSorted());
    for (const name of names) {
      expect(await readFile(join(folder, name), 'utf8')).toBe(name);
    }
  });

  it('appends once, however often it is repeated', async () => {
    const path = join(folder, 'a');
    const addition = { path, content: 'more\n', mode: '0600', append: true };
    await write(addition);
    await writeFile(path, 'first\n');
    for (let n = 0; n < 3; n += 1) {
      await write(addition);
    }
    expect(await readFile(path, 'utf8')).toBe('first\nmore\n');
    expect(await modeOf(path)).toBe('600');
  });

  it('writes one path twice, in order', async () => {
    const path = join(folder, 'a');
    const other = { path: join(folder, 'b'), content: 'b', mode: '0600' };
    await write({ path, content: 'one\n', mode: '0600' }, other, { path, content: 'two\n', mode: '0640', append: true });
    expect(await readFile(path, 'utf8')).toBe('one\ntwo\n');
    expect(await modeOf(path)).toBe('640');
  });

  it('puts a file where a symbolic link was, and leaves what it led to', async () => {
    const [path, other] = [join(folder, 'link'), join(folder, 'other')];
    await writeFile(other, 'untouched');
    await symlink(other, path);
    await write({ path, content: 'new', mode: '0600' });
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readFile(other, 'utf8')).toBe('untouched');
  });

  it('names the file that could not be written, and leaves no half of it', async () => {
    await mkdir(join(folder, 'folder'));
    const files = ['a', 'folder', 'c'].map((name) => ({ path: join(folder, name), content: 'canary', mode: '0600' }));
    const failure = await write(...files).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WriteFilesError);
    expect(failure).toMatchObject({ path: join(folder, 'folder'), retryable: true });
    expect(String(failure)).toContain('it is a folder. 0 of the files were written');
    expect(String(failure)).not.toContain('canary');
    expect(await readdir(folder)).toEqual(['folder']);
  });

  it('says that an owner does not exist', async () => {
    const writing = write({ path: join(folder, 'a'), content: '', mode: '0600', owner: 'nobody-of-that-name' });
    await expect(writing).rejects.toThrow(/invalid user/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('does nothing for no files', async () => {
    await write();
    expect(server.accepted()).toBe(0);
  });
});
