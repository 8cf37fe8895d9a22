import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exitCodes } from '../../../node-image/setup/problems.mjs';
import { downloadRelease, findChecksum, releasesReachable } from '../../../node-image/setup/releases.mjs';

const digest = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');
const quiet = () => undefined;
const publishedAt = (origin: string) => [{ url: `${origin}/a`, checksumUrl: `${origin}/b`, programs: { a: '' } }];

describe('official releases', () => {
  let folder: string;
  let server: Server;
  let site: string;
  const served = new Map<string, Buffer | string>();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-releases-'));
    served.clear();
    server = createServer((request, response) => {
      const content = served.get(request.url ?? '');
      response.writeHead(content === undefined ? 404 : 200).end(content);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    site = `http://127.0.0.1:${address.port}`;
  });

  afterEach(async () => {
    await new Promise((resolve) => {
      server.close(resolve);
    });
    await rm(folder, { recursive: true });
  });

  test('a program with the right checksum becomes executable', async () => {
    served.set('/kubectl', 'program');
    served.set('/kubectl.sha256', digest('program'));
    const file = { url: `${site}/kubectl`, checksumUrl: `${site}/kubectl.sha256`, programs: { kubectl: '' } };
    expect(await downloadRelease({ file, into: folder, detail: quiet })).toBe(true);
    expect(await readFile(join(folder, 'kubectl'), 'utf8')).toBe('program');
    expect((await stat(join(folder, 'kubectl'))).mode & 0o777).toBe(0o755);
  });

  test('of an archive only the named programs are kept', async () => {
    const pack = 'mkdir etcd-v1; echo yes >etcd-v1/etcd; echo no >etcd-v1/README; tar -czf a.tgz etcd-v1';
    execFileSync('sh', ['-c', pack], { cwd: folder });
    const archive = await readFile(join(folder, 'a.tgz'));
    served.set('/a.tgz', archive);
    served.set('/SHA256SUMS', `${digest('other')}  b.tgz\n${digest(archive)}  a.tgz\n`);
    const file = { url: `${site}/a.tgz`, checksumUrl: `${site}/SHA256SUMS`, programs: { etcd: 'etcd-v1/etcd' } };
    const into = join(folder, 'out');
    expect(await downloadRelease({ file, into, detail: quiet })).toBe(true);
    expect(await readFile(join(into, 'etcd'), 'utf8')).toBe('yes\n');
    expect((await readdir(into, { recursive: true })).filter((name) => /README|partial/.test(name))).toEqual([]);
  });

  test('another checksum than the published one stops set-up and leaves no file', async () => {
    served.set('/kubectl', 'tampered');
    served.set('/kubectl.sha256', digest('program'));
    const file = { url: `${site}/kubectl`, checksumUrl: `${site}/kubectl.sha256`, programs: { kubectl: '' } };
    await expect(downloadRelease({ file, into: folder, detail: quiet })).rejects.toMatchObject({
      code: exitCodes.checksum,
      message: expect.stringContaining(`expected ${digest('program')}, got ${digest('tampered')}`),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    ['the file', { '/kubectl.sha256': digest('program') }],
    ['its checksum', { '/kubectl': 'program' }],
    ['its line among the checksums', { '/kubectl': 'program', '/kubectl.sha256': `${digest('x')}  other\n` }],
  ])('when %s is not published, the next source is asked', async (_, files) => {
    for (const [path, content] of Object.entries(files)) served.set(path, content);
    const file = { url: `${site}/kubectl`, checksumUrl: `${site}/kubectl.sha256`, programs: { kubectl: '' } };
    expect(await downloadRelease({ file, into: folder, detail: quiet })).toBe(false);
    expect(await readdir(folder)).toEqual([]);
  });

  test('a site that answers is reachable, one that does not is not, and nothing published is neither', async () => {
    expect(await releasesReachable(publishedAt(site))).toBe(true);
    expect(await releasesReachable(publishedAt('http://127.0.0.1:1'))).toBe(false);
    expect(await releasesReachable([])).toBe(false);
  });
});

describe('checksum files', () => {
  const sum = digest('x');
  test.each([
    ['a lone digest', `${sum}\n`, 'a.tgz', sum],
    ['two columns', `${digest('y')}  b.tgz\n${sum}  a.tgz\n`, 'a.tgz', sum],
    ['binary mode and a folder', `${sum} *dist/a.tgz\n`, 'a.tgz', sum],
    ['another file alone', `${sum}  b.tgz\n`, 'a.tgz', undefined],
    ['a page of a proxy', '<html>sign in</html>', 'a.tgz', undefined],
    ['a digest of another length', 'abc123', 'a.tgz', undefined],
  ])('%s', (_, text, name, expected) => {
    expect(findChecksum(text, name)).toBe(expected);
  });
});
