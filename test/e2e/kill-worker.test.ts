import { randomInt } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { runningRecord } from '../../cli/local/process-record.ts';
import { createUnderKills } from './harness/create-under-kills.ts';
import { deleteAlone } from './harness/delete-alone.ts';
import { engineTime, readEngineEvents } from './harness/engine-events.ts';
import { expectGone, expectSound } from './harness/expect-sound.ts';
import type { Installation } from './harness/installation.ts';
import { chooseKills, inMidstOfKubeadm } from './harness/interruptions.ts';
import { killProcess } from './harness/local-processes.ts';
import { writeManifest } from './harness/manifest.ts';
import { note } from './harness/note.ts';
import { listLeftovers, openInstallationStore } from './harness/store.ts';
import { startWorkerUnderTest, type Announcement, type Reached, type WorkerUnderTest } from './harness/start-worker-under-test.ts';
import { until } from './harness/until.ts';
import { useInstallation } from './harness/use-installation.ts';

const MINUTE = 60_000;
const installed = useInstallation('kill-worker');

const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? randomInt(2 ** 31));
/** Each costs the heartbeat's timeout of ten seconds; test/full/kill-worker-everywhere.test.ts has all. */
const killCount = 4;

/** What every create is made of. */
const types = [
  'admitCluster',
  'allocateCluster',
  'claimSshPorts',
  'ensureClusterSecrets',
  'ensureLoadBalancer',
  'ensureMachine',
  'ensureNetwork',
  'installNetworkAddon',
  'labelNode',
  'runKubeadm',
  'setBackends',
  'waitForApiServer',
  'waitForNode',
  'waitForSsh',
  'writeBootstrapData',
];

test('a create finishes by itself although its worker is killed again and again', async () => {
  const kills = chooseKills({ types, always: inMidstOfKubeadm, count: killCount, seed });
  note(`seed ${seed} (SLIPWAY_TEST_SEED repeats it): ${kills.map(({ type, place }) => `${place} ${type}`).join(', ')}`);
  const ran = await createUnderKills(installed(), { controlPlanes: 1, workers: 1 }, kills);
  expect(ran).toEqual(expect.arrayContaining(types));
}, 15 * MINUTE);

test('a worker that comes back after its cluster was deleted makes nothing of it again', async () => {
  const installation = installed();
  const cluster = installation.clusterName('late');
  const manifest = await writeManifest(installation, { cluster, controlPlanes: 1, workers: 0 });
  await endWorker(installation);
  const late = await startWorkerUnderTest(installation, [{ type: 'ensureMachine', place: 'before', signal: 'SIGSTOP', afterMs: 0 }]);
  onTestFinished(() => late.signal('SIGKILL'));

  const applied = installation.succeed(['apply', '--yes', '-f', manifest, '--on-failure', 'block'], { timeoutMs: 5 * MINUTE });
  const { workflowId } = await Promise.race([until('the first worker to stop', () => findReached(late)), applied.then(neverStopped)]);
  note(`worker ${late.pid} stopped before the effect of ensureMachine (${workflowId}); another one takes over`);
  await startWorkerUnderTest(installation, []);
  await applied;
  const { uid, machines } = await expectSound(installation, cluster);
  const deletedFrom = await engineTime();
  await deleteAlone(installation, cluster);

  const { store } = await openInstallationStore(installation);
  const before = await untilAtRest(() => store.list(''));
  const since = await engineTime();
  late.signal('SIGCONT');
  const { outcome } = await until('the activity to end in the late worker', () => late.announcements.find(isEnd));
  note(`the late worker's ensureMachine ended: ${outcome}`);
  expect(outcome).toContain('has been deleted');
  // The engine would have told: it did of the removal.
  expect(await readEngineEvents({ since: deletedFrom, until: since, cluster })).toContain(`container destroy ${machines[0]?.name}`);
  expect(await readEngineEvents({ since, until: await engineTime(), cluster })).toEqual([]);
  expect(await store.list('')).toEqual(before);
  expect(await listLeftovers(installation, uid)).toEqual([]);
  await expectGone(installation, cluster);
}, 8 * MINUTE);

/** A delete that has ended is still recorded. @returns what stays as it is */
async function untilAtRest(list: () => Promise<readonly string[]>): Promise<readonly string[]> {
  let before = await list();
  return until('the store to be at rest', async () => {
    const [last, now] = [before, await list()];
    before = now;
    return now.join('\n') === last.join('\n') ? now : undefined;
  }, { everyMs: 1000 });
}

/** What `slipway up` or a test started, so that the next one is alone. */
async function endWorker({ home }: Installation): Promise<void> {
  const worker = runningRecord(home, 'worker');
  if (worker !== undefined) await killProcess(worker);
}

function findReached({ announcements }: WorkerUnderTest): Reached | undefined {
  return announcements.find((announcement) => announcement.event === 'reached');
}

function neverStopped(): never {
  throw new Error('the create went through although its worker was to stop');
}

function isEnd(announcement: Announcement): announcement is Extract<Announcement, { event: 'ended' }> {
  return announcement.event === 'ended';
}
