import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, mkdirSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GeneralError, NotFoundError, NoWorkerError } from '../../../cli/errors.ts';
import { Bundle } from '../../../cli/support/bundle.ts';
import { collectRemote } from '../../../cli/support/collect-remote.ts';
import { renderManifest } from '../../../cli/support/manifest.ts';
import { packArchive } from '../../../cli/support/write-archive.ts';
import type { SupportAnswer, SupportPart } from '../../../domain/support.ts';
import { start } from './support/sample-cluster.ts';

type Unpacked = Readonly<Record<string, { readonly mode: number | undefined; readonly content: string }>>;

async function unpack(archive: Uint8Array): Promise<Unpacked> {
  const files: Record<string, { mode: number | undefined; content: string }> = {};
  const entries = Readable.from([gunzipSync(archive)]).pipe(extract());
  for await (const entry of entries) files[entry.header.name] = { mode: entry.header.mode, content: await text(entry) };
  return files;
}

const answer: SupportAnswer = { uid: 'uid-1', machines: ['m-1', 'm-2'], files: [], missing: [] };
const nameOf = (part: SupportPart): string => (part.kind === 'machine' ? `machine ${part.machine}` : part.kind === 'histories' ? `histories ${part.from}` : part.kind);
const options = { histories: 5, tell: () => undefined };

describe('collectRemote', () => {
  test('asks for every part, for each Machine, and for histories until there are no more', async () => {
    const asked: string[] = [];
    const bundle = new Bundle();
    const facts = await collectRemote(bundle, async (part) => {
      asked.push(nameOf(part));
      const next = part.kind === 'histories' && part.from < 4 ? { next: part.from + 2 } : {};
      return { ...answer, files: [{ path: `${nameOf(part).replace(' ', '/')}.txt`, content: 'x' }], ...next };
    }, options);
    expect(facts).toEqual({ uid: 'uid-1' });
    expect(asked.toSorted()).toEqual(['etcd', 'histories 0', 'histories 2', 'histories 4', 'kubernetes', 'machine m-1', 'machine m-2', 'state', 'store']);
    expect(bundle.files()).toHaveLength(9);
    expect(bundle.missing()).toEqual([]);
  });

  test('a part that fails is named, and does not keep the others out', async () => {
    const bundle = new Bundle();
    await collectRemote(bundle, async (part) => {
      if (part.kind === 'machine' && part.machine === 'm-1') throw new GeneralError({ what: 'the worker is busy' });
      return { ...answer, files: [{ path: `${part.kind}.txt`, content: 'x' }] };
    }, options);
    expect(bundle.missing()).toEqual([{ path: 'machines/m-1/', reason: 'the worker is busy' }]);
    expect(bundle.files().map(({ path }) => path)).toEqual(['etcd.txt', 'histories.txt', 'kubernetes.txt', 'machine.txt', 'state.txt', 'store.txt']);
  });

  test('without a worker nothing is asked twice', async () => {
    let asked = 0;
    const bundle = new Bundle();
    const ask = async (): Promise<SupportAnswer> => {
      asked += 1;
      throw new NoWorkerError({ what: 'no Slipway worker answers' });
    };
    expect(await collectRemote(bundle, ask, options)).toBeUndefined();
    expect(asked).toBe(1);
    expect(bundle.missing()[0]).toEqual({ path: 'store/', reason: 'no Slipway worker answers' });
    expect(bundle.missing()).toHaveLength(6);
  });

  test('of a deleted cluster only what outlives it is asked for', async () => {
    const asked: string[] = [];
    await collectRemote(new Bundle(), async (part) => {
      asked.push(part.kind);
      return { ...answer, machines: [], deletedAt: 5 };
    }, options);
    expect(asked).toEqual(['store', 'state', 'histories']);
  });

  test('a cluster that nobody ever knew is an error, and no bundle', async () => {
    const asking = collectRemote(new Bundle(), async () => Promise.reject(new NotFoundError({ what: 'the store has never known cluster demo' })), options);
    await expect(asking).rejects.toThrow(NotFoundError);
  });
});

describe('a bundle', () => {
  test.each(['../out', '/etc/passwd', 'a/../b', 'a//b', '.', 'a/..', 'a b', ''])('takes no file that would be written elsewhere: %j', (path) => {
    const bundle = new Bundle();
    bundle.add({ path, content: 'x' });
    expect(bundle.files()).toEqual([]);
    expect(bundle.missing()).toHaveLength(1);
  });

  test('scrubs whatever is put into it, and says why in clean words', () => {
    const bundle = new Bundle();
    bundle.add({ path: 'a.log', content: 'password: hunter2hunter2' });
    bundle.miss('b.log', 'refused: token=abcdefgh');
    expect(bundle.files()[0]?.content).toBe('password: [removed: credential]');
    expect(bundle.missing()[0]?.reason).toBe('refused: token=[removed: credential]');
  });

  test('begins with what is in it and what is not', async () => {
    const bundle = new Bundle();
    bundle.add({ path: 'versions.json', content: '{}\n' });
    bundle.add({ path: 'machines/demo-md-0-x2f9k/kubelet.log', content: 'ü'.repeat(700) });
    bundle.miss('machines/demo-md-0-b8w2m/', 'Machine demo-md-0-b8w2m (SSH 127.0.0.1:22101): no answer within 8 s');
    const facts = { cluster: 'demo', uid: 'uid-1', writtenAt: new Date(start), version: '0.0.1', notes: ['The cluster was deleted then.'] };
    const manifest = renderManifest(bundle, facts).replace(/Node v\S+ on .*/, 'Node VERSION on PLATFORM');
    await expect(manifest).toMatchFileSnapshot('../../golden/cli/support-manifest.txt');
  });

  test('unpacks into one folder, for its owner alone', async () => {
    const files = await unpack(await packArchive('demo', [{ path: 'a/b.txt', content: 'höhe' }, { path: 'c.json', content: '' }], new Date(start)));
    expect(files).toEqual({ 'demo/a/b.txt': { mode: 0o600, content: 'höhe' }, 'demo/c.json': { mode: 0o600, content: '' } });
  });
});

describe('slipway support-bundle', () => {
  test('without Temporal writes what this host knows, and exits with what says that it is not all', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'slipway-bundle-'));
    onTestFinished(() => rmSync(scratch, { recursive: true, force: true }));
    const home = join(scratch, 'home');
    mkdirSync(join(home, 'run'), { recursive: true });
    const log = join(scratch, 'worker.log');
    writeFileSync(log, 'worker ready\npassword: hunter2hunter2\n');
    const record = { name: 'worker', pid: 99_999_999, identity: 'gone', startedAt: 1, log, address: '127.0.0.1:1', version: '0.0.1' };
    writeFileSync(join(home, 'run', 'worker.json'), JSON.stringify(record));
    const file = join(scratch, 'demo.tar.gz');
    const bin = fileURLToPath(new URL('../../../cli/bin.mjs', import.meta.url));
    const env = { ...process.env, SLIPWAY_HOME: home, NO_COLOR: '1', TEMPORAL_ADDRESS: '127.0.0.1:1' };
    const child = spawn(process.execPath, [bin, 'support-bundle', 'cluster', 'demo', '-f', file], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    const told = text(child.stderr);
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, told: await told }).toEqual({ code: 50, told: expect.stringContaining('everything of the cluster: Temporal at 127.0.0.1:1 does not answer') });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const files = await unpack(readFileSync(file));
    const names = Object.keys(files).map((name) => name.slice(name.indexOf('/') + 1));
    expect(names).toEqual(['MANIFEST.txt', 'logs/worker.log', 'status.json', 'versions.json']);
    expect(Object.values(files)[1]?.content).toBe('worker ready\npassword: [removed: credential]\n');
  }, 60_000);
});
