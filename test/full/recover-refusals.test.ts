import { copyFile, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identifyContainers, installationObjects } from '../e2e/harness/docker.ts';
import { listEtcdMembers } from '../e2e/harness/inside-machine.ts';
import { kubectlFor } from '../e2e/harness/kubectl.ts';
import { writeManifest } from '../e2e/harness/manifest.ts';
import { note } from '../e2e/harness/note.ts';
import { useInstallation } from '../e2e/harness/use-installation.ts';
import { getCluster, getMachines } from '../e2e/harness/views.ts';

const MINUTE = 60_000;
const installed = useInstallation('refusals');
const ending = '.slipway-backup';

/** All that a recovery would change: containers and their starts, etcd's members, what the cluster's workflow holds, what the API serves. */
async function describeCluster(cluster: string): Promise<unknown> {
  const installation = installed();
  const { containers } = await installationObjects(await installation.storeId());
  const machines = await getMachines(installation, cluster);
  const kubectl = await kubectlFor(installation, cluster);
  return {
    containers: await identifyContainers(containers),
    members: await listEtcdMembers(machines[0]?.name ?? ''),
    machines,
    cluster: await getCluster(installation, cluster),
    written: await kubectl('get', 'configmap', 'written', '-o', 'jsonpath={.metadata.uid} {.data}'),
  };
}

async function create(cluster: string): Promise<string> {
  const installation = installed();
  await installation.succeed(['apply', '-f', await writeManifest(installation, { cluster, workers: 0 }), '--yes'], { timeoutMs: 5 * MINUTE });
  return (await installation.succeed(['backup', 'create', cluster])).trim();
}

/** Its backups, by the directory that they lie in. */
async function folderOf(cluster: string): Promise<string> {
  const installation = installed();
  return join(installation.home.root, 'backups', cluster, (await getCluster(installation, cluster)).uid);
}

test('a backup that cannot be restored is refused, and the cluster goes on as if nobody had asked', async () => {
  const installation = installed();
  const [cluster, other] = [installation.clusterName('ref'), installation.clusterName('oth')];
  const [good, foreign] = [await create(cluster), await create(other)];
  const [folder, foreignFolder] = [await folderOf(cluster), await folderOf(other)];
  const kubectl = await kubectlFor(installation, cluster);
  await kubectl('create', 'configmap', 'written', '--from-literal=after=the-backup');
  const untouched = await describeCluster(cluster);
  const whole = await readFile(join(folder, `${good}${ending}`));

  const expectRefused = async (what: string, reason: RegExp, args: readonly string[], code = 60): Promise<void> => {
    const refused = await installation.run(['recover', `cluster/${cluster}`, '--yes', ...args]);
    note(`${what}: ${refused.code} ${refused.stderr.trim().replaceAll('\n', ' | ')}`);
    expect([what, refused.code, refused.stderr]).toEqual([what, code, expect.stringMatching(reason)]);
    expect(refused.stderr).toContain('not touched');
    expect(await describeCluster(cluster)).toEqual(untouched);
  };
  /** Under an ID of its own, as if it had been written so. */
  const lay = async (id: string, from: string, alter: (path: string) => Promise<void> = async () => undefined): Promise<void> => {
    const path = join(folder, `${id}${ending}`);
    await copyFile(from, path);
    await alter(path);
  };

  const own = join(folder, `${good}${ending}`);
  const flipped = Buffer.from(whole);
  flipped[Math.floor(whole.length / 2)] = (whole[Math.floor(whole.length / 2)] ?? 0) ^ 1;
  await writeFile(own, flipped);
  await expectRefused('corrupt', /was altered|damaged/, ['--backup', good]);
  await truncate(own, whole.length - 70_000);
  await expectRefused('cut off', /cut off/, ['--backup', good]);
  await writeFile(own, whole.subarray(0, 20));
  await expectRefused('cut off in its header', /cut off|no backup|header/, ['--backup', good]);
  await writeFile(own, whole);

  await lay(foreign, join(foreignFolder, `${foreign}${ending}`));
  await expectRefused('another cluster’s', new RegExp(`of cluster ${other}|belongs to|is of`), ['--backup', foreign]);
  await lay('20991231-235959-zzzzzz', own);
  await expectRefused('under another ID', new RegExp(good), ['--backup', '20991231-235959-zzzzzz']);
  for (const id of [foreign, '20991231-235959-zzzzzz']) await rm(join(folder, `${id}${ending}`));
  await expectRefused('one that is not there', /20260101-000000-aaaaaa/, ['--backup', '20260101-000000-aaaaaa'], 11);

  // Nobody here has that key; recover-from-nothing.test.ts has a real one of another installation.
  await writeFile(own, sealedToAnother(whole));
  await expectRefused('sealed to another key', /sealed to backup key/, ['--backup', good]);
  await writeFile(own, whole);
  expect((await readdir(folder)).filter((name) => name.endsWith(ending))).toEqual([`${good}${ending}`]);
}, 20 * MINUTE);

/** Its header names another key of the same length: the rest stays in its place. */
function sealedToAnother(object: Buffer): Buffer {
  const [, keyId = ''] = /"keyId":"([^"]+)"/.exec(object.subarray(0, 16 * 1024).toString('latin1')) ?? [];
  expect(keyId).not.toBe('');
  const at = object.indexOf(keyId);
  return Buffer.concat([object.subarray(0, at), Buffer.from(keyId.split('').toReversed().join('')), object.subarray(at + keyId.length)]);
}
