import { copyFile, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { requireProcess } from './harness/local-processes.ts';
import { readInside } from './harness/docker.ts';
import { kubectlFor, type Kubectl } from './harness/kubectl.ts';
import { writeManifest } from './harness/manifest.ts';
import { note } from './harness/note.ts';
import { until } from './harness/until.ts';
import { useInstallation } from './harness/use-installation.ts';
import { getCluster, getMachines } from './harness/views.ts';

const MINUTE = 60_000;
const installed = useInstallation('backup');
let cluster = '';
let kubectl: Kubectl;
let newest = '';

const backupSchema = z.object({ id: z.string(), bytes: z.number(), keyId: z.string(), origin: z.string(), etcd: z.object({ revision: z.number(), totalKeys: z.number() }) });
const listSchema = z.object({ location: z.string(), items: z.array(backupSchema), unreadable: z.array(z.object({ key: z.string(), reason: z.string() })) });
const described = z.object({ backups: z.object({ status: z.string(), reason: z.string(), message: z.string() }) });

const list = async () => listSchema.parse(JSON.parse(await installed().succeed(['backup', 'list', `cluster/${cluster}`, '-o', 'json'])));
const health = async () => described.parse(JSON.parse(await installed().succeed(['describe', 'cluster', cluster, '-o', 'json']))).backups;
const keyFile = (): string => join(installed().home.root, 'backup-key.json');
/** Where this installation's backups of the cluster lie. */
const folderOf = async () => join((await list()).location, cluster, (await getCluster(installed(), cluster)).uid);

test('a backup of a real cluster is taken, listed, verified, and served by an etcd of its own', async () => {
  const installation = installed();
  cluster = installation.clusterName('bak');
  const manifest = await writeManifest(installation, { cluster, workers: 0 });
  await installation.succeed(['apply', '--yes', '-f', manifest, '--on-failure', 'block'], { timeoutMs: 5 * MINUTE });
  kubectl = await kubectlFor(installation, cluster);
  await kubectl('create', 'configmap', 'sentinel', '--from-literal=word=here');
  expect(await health()).toMatchObject({ status: 'False', reason: 'NoBackup' });

  const startedAt = performance.now();
  const created = await installation.run(['backup', 'create', `cluster/${cluster}`, '--reason', 'before the test']);
  note(`backup create took ${Math.round(performance.now() - startedAt)} ms: ${created.stderr.split('\n').find((line) => line.includes('✓')) ?? ''}`);
  expect([created.code, created.stderr]).toEqual([0, expect.stringContaining('was never exported')]);
  newest = created.stdout.trim();
  const { items, unreadable, location } = await list();
  expect({ items, unreadable }).toEqual({ items: [expect.objectContaining({ id: newest, origin: 'manual' })], unreadable: [] });
  expect((await stat(location)).mode & 0o777).toBe(0o700);
  expect(await health()).toMatchObject({ status: 'False', reason: 'KeyNotExported' });

  const verified = await installation.succeed(['backup', 'verify', cluster, newest, '--restore']);
  note(verified);
  expect(verified).toMatch(/restored: etcd 3\.\d+\.\d+ serves revision \d+ and \d+ keys after/);
  expect(verified).toMatch(/would lose what was written in the last/);
  expect(await readInside((await getMachines(installation, cluster))[0]?.name ?? '', 'ls /var/lib/slipway/backups')).toBe('');
  expect(await installation.succeed(['backup', 'describe', cluster, newest])).toContain('Sealed to:');
}, 8 * MINUTE);

test('the key is exported once, to a file that nobody else reads, and opens what it must', async () => {
  const installation = installed();
  const exported = await installation.run(['backup', 'key', 'export', '-f', keyFile()]);
  expect([exported.code, exported.stderr]).toEqual([0, expect.stringContaining('mode 0600')]);
  expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
  expect((await installation.run(['backup', 'key', 'export', '-f', keyFile()])).code).toBe(2);
  expect(await health()).toMatchObject({ status: 'True', reason: 'Fresh' });
  await installation.succeed(['backup', 'verify', cluster, newest, '--key', keyFile()]);

  await installation.succeed(['backup', 'key', 'rotate', '--yes']);
  expect(await health()).toMatchObject({ status: 'False', reason: 'KeyNotExported' });
  const second = (await installation.succeed(['backup', 'create', cluster])).trim();
  const wrongKey = await installation.run(['backup', 'verify', cluster, second, '--key', keyFile()]);
  expect([wrongKey.code, wrongKey.stderr]).toEqual([60, expect.stringContaining('sealed to backup key')]);
  await installation.succeed(['backup', 'verify', cluster, second]);
  await installation.succeed(['backup', 'delete', cluster, second, '--yes']);
  const file = join(installation.home.root, 'download');
  await installation.succeed(['backup', 'download', cluster, newest, '-f', file]);
  expect((await readFile(file)).equals(await readFile(join(await folderOf(), `${newest}.slipway-backup`)))).toBe(true);
}, 5 * MINUTE);

test('a backup that was corrupted, cut off or is another cluster\'s is refused as such', async () => {
  const installation = installed();
  const folder = await folderOf();
  const good = join(folder, `${newest}.slipway-backup`);
  const { size } = await stat(good);
  const copyAs = async (id: string) => {
    const path = join(folder, `${id}.slipway-backup`);
    await copyFile(good, path);
    return path;
  };
  const verify = async (id: string) => {
    const { code, stderr } = await installation.run(['backup', 'verify', cluster, id]);
    return `${code} ${stderr}`;
  };
  const cut = await copyAs('20260101-000000-aaaaaa');
  await truncate(cut, size - 100_000);
  expect(await verify('20260101-000000-aaaaaa')).toMatch(/^60 .*(is of backup|cut off)/s);

  const bytes = await readFile(good);
  bytes[Math.floor(size / 2)] = (bytes[Math.floor(size / 2)] ?? 0) ^ 1;
  await writeFile(good, bytes);
  expect(await verify(newest)).toMatch(/^60 .*chunk \d+ was altered/s);
  bytes[Math.floor(size / 2)] = (bytes[Math.floor(size / 2)] ?? 0) ^ 1;
  await writeFile(good, bytes.subarray(0, size - 70_000));
  expect(await verify(newest)).toMatch(/^60 .*(cut off)/s);
  await writeFile(good, bytes);
  expect(await verify('20260101-000000-bbbbbb')).toMatch(/^11 /);
  expect(await verify('../../etc/passwd')).toMatch(/^2 /);
  await installation.succeed(['backup', 'verify', cluster, newest]);
}, 5 * MINUTE);

test('a backup whose worker is killed midway is never listed, and the next one succeeds', async () => {
  const installation = installed();
  const before = (await list()).items.map(({ id }) => id);
  const location = (await list()).location;
  // Enough for the stream to take a while.
  for (let part = 0; part < 12; part += 1) {
    const file = join(installation.home.root, `blob-${part}`);
    await writeFile(file, Buffer.from(Array.from({ length: 900_000 }, () => 33 + Math.floor(Math.random() * 90))));
    await kubectl('create', 'configmap', `blob-${part}`, `--from-file=blob=${file}`);
  }
  const id = (await installation.succeed(['backup', 'create', cluster, '--detach'])).trim();
  await until('the object to be begun', async () => ((await readdir(join(location, '.incomplete'))).length > 0 ? true : undefined), { everyMs: 2 });
  process.kill(requireProcess(installation.home, 'worker').pid, 'SIGKILL');
  expect((await readdir(await folderOfOffline(location))).join(' ')).not.toContain(id);
  expect((await readdir(join(location, '.incomplete'))).length).toBeGreaterThan(0);
  await installation.up();
  const listed = await until('the backup that goes on with the next worker', async () => (await list()).items.find((backup) => backup.id === id), { timeoutMs: MINUTE });
  expect(listed.bytes).toBeGreaterThan(5_000_000);
  expect((await list()).items.map((backup) => backup.id).toSorted()).toEqual([...before, id].toSorted());
  await installation.succeed(['backup', 'verify', cluster, id]);
}, 4 * MINUTE);

async function folderOfOffline(location: string): Promise<string> {
  const [uid] = await readdir(join(location, cluster));
  return join(location, cluster, uid ?? '');
}
