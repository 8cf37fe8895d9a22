import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createBackupKey } from '../../activities/backup/backup-key.ts';
import { identifyContainers, installationObjects } from '../e2e/harness/docker.ts';
import { expectGone, expectSound } from '../e2e/harness/expect-sound.ts';
import { createInstallation } from '../e2e/harness/installation.ts';
import { getNodes, isReady, kubectlFor } from '../e2e/harness/kubectl.ts';
import { writeManifest } from '../e2e/harness/manifest.ts';
import { note } from '../e2e/harness/note.ts';
import { removeMachines } from '../e2e/harness/remove-machines.ts';
import { expectSentinels, writeSentinels, writeTooLate } from '../e2e/harness/sentinels.ts';
import { timeRecovery } from '../e2e/harness/time-recovery.ts';
import { useInstallation } from '../e2e/harness/use-installation.ts';
import { getCluster, getMachines } from '../e2e/harness/views.ts';
import { applyWorkload, untilPodRuns } from '../e2e/harness/workload.ts';

const MINUTE = 60_000;
const first = useInstallation('nothing-before');

test('nothing is left but a backup, the exported key and a worker that still runs: the cluster comes back in a home that knows nothing', async () => {
  const before = first();
  const cluster = before.clusterName('non');
  await before.succeed(['apply', '-f', await writeManifest(before, { cluster, controlPlanes: 3, workers: 1 }), '--yes'], { timeoutMs: 6 * MINUTE });
  const kubectl = await kubectlFor(before, cluster);
  const { uid } = await getCluster(before, cluster);
  const machines = await getMachines(before, cluster);
  const lost = machines.filter(({ role }) => role === 'control-plane').map(({ name }) => name);
  const [worker = ''] = machines.filter(({ role }) => role === 'worker').map(({ name }) => name);
  await applyWorkload(before, kubectl);
  const pod = await untilPodRuns(kubectl, 'stateful', worker);
  await writeSentinels(kubectl);
  const backup = (await before.succeed(['backup', 'create', cluster])).trim();
  await writeTooLate(kubectl);

  const after = await createInstallation('nothing-after');
  onTestFinished(() => after.remove());
  const [key, backups] = [join(after.home.root, 'exported.json'), join(after.home.root, 'kept')];
  await before.succeed(['backup', 'key', 'export', '-f', key]);
  await cp(join(before.home.root, 'backups'), backups, { recursive: true });
  await before.succeed(['down'], { timeoutMs: 2 * MINUTE });
  await removeMachines(lost);
  const left = await installationObjects(await before.storeId());
  const untouched = await identifyContainers(left.containers);

  await after.succeed(['setup'], { timeoutMs: 5 * MINUTE });
  await after.up({ SLIPWAY_BACKUPS: backups });
  expect((await after.run(['describe', 'cluster', cluster])).code).toBe(11);
  const recover = (...args: readonly string[]) => after.run(['recover', `cluster/${cluster}`, '--backup', 'newest', '--yes', ...args], { timeoutMs: 12 * MINUTE });

  // Without a key, and with one that opens other backups, nothing happens; nor is that one kept.
  const wrong = join(after.home.root, 'wrong.json');
  await writeFile(wrong, JSON.stringify({ ...JSON.parse(await readFile(key, 'utf8')), keys: [createBackupKey(Date.now())] }));
  for (const refused of [await recover(), await recover('--key', wrong)]) {
    note(refused.stderr.trim());
    expect([refused.code, refused.stderr]).toEqual([60, expect.stringMatching(/sealed to backup key.*not touched/s)]);
  }
  expect((await after.run(['describe', 'cluster', cluster])).code).toBe(11);
  expect(await identifyContainers(left.containers)).toEqual(untouched);
  expect(await installationObjects(await before.storeId())).toEqual(left);

  const recovered = await timeRecovery({ what: 'from nothing, 3 + 1', installation: after, cluster, kubectl, lost, members: 3 }, () => recover('--key', key));
  expect([recovered.code, recovered.stderr]).toEqual([0, expect.stringContaining(`backup ${backup} is whole`)]);
  expect(recovered.stderr).toMatch(/nobody manages cluster .* here: it is taken over from the backup/);
  const sound = await expectSound(after, cluster);
  expect(sound.uid).toBe(uid);
  expect(sound.machines.map(({ name }) => name)).toContain(worker);
  expect(sound.machines.filter(({ name }) => lost.includes(name))).toEqual([]);
  expect(await identifyContainers([worker])).toEqual({ [worker]: untouched[worker] });
  // The kubeconfig of before, and what ran goes on running.
  await expectSentinels(kubectl);
  expect((await getNodes(kubectl)).every(isReady)).toBe(true);
  expect(await untilPodRuns(kubectl, 'stateful', worker)).toBe(pod);
  await expectManaged(after, cluster);
}, 25 * MINUTE);

/** It is a cluster as any other from here on: backed up with the key that was brought, grown, deleted. */
async function expectManaged(installation: ReturnType<typeof first>, cluster: string): Promise<void> {
  const next = (await installation.succeed(['backup', 'create', cluster])).trim();
  await installation.succeed(['backup', 'verify', cluster, next, '--key', join(installation.home.root, 'exported.json')]);
  await installation.succeed(['scale', `machinedeployment/${cluster}-md-0`, '--cluster', cluster, '--replicas', '2', '--yes'], { timeoutMs: 4 * MINUTE });
  await expectSound(installation, cluster);
  await installation.succeed(['delete', 'cluster', cluster, '--yes'], { timeoutMs: 3 * MINUTE });
  await expectGone(installation, cluster);
}
