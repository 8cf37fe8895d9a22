import { randomInt } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { runningRecord } from '../../cli/local/process-record.ts';
import { expectGone, expectSound } from './harness/expect-sound.ts';
import { installationObjects, noObjects } from './harness/docker.ts';
import { engineTime, readEngineEvents } from './harness/engine-events.ts';
import { activityTypes, dumpHistories, listOpenWorkflows } from './harness/histories.ts';
import { countUnitStarts } from './harness/inside-machine.ts';
import type { Installation } from './harness/installation.ts';
import { chooseKills } from './harness/interruptions.ts';
import { typesOfLostAttempts } from './harness/lost-attempts.ts';
import { killProcess } from './harness/local-processes.ts';
import { writeManifest } from './harness/manifest.ts';
import { note } from './harness/note.ts';
import { listLeftovers, openInstallationStore } from './harness/store.ts';
import { startWorkerUnderTest, type Announcement, type Reached, type WorkerUnderTest } from './harness/start-worker-under-test.ts';
import { until } from './harness/until.ts';
import { useInstallation } from './harness/use-installation.ts';
import { walkKills } from './harness/walk-kills.ts';

const MINUTE = 60_000;
const installed = useInstallation('kill-worker');

const isFull = process.env['SLIPWAY_TEST_FULL'] === '1';
const size = isFull ? { controlPlanes: 3, workers: 1 } : { controlPlanes: 1, workers: 1 };
const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? randomInt(2 ** 31));
/** Always among them, and in its midst: the longest effect, and the one that must not happen twice. */
const always = { runKubeadm: { place: 'during', afterMs: 3000 } } as const;
/** Each costs the heartbeat's timeout of ten seconds. */
const killsByDefault = 4;

let types: readonly string[] = [];

test('a create shows which types of activities it is made of', async () => {
  const installation = installed();
  const cluster = installation.clusterName('ref');
  await installation.succeed(['apply', '--yes', '-f', await writeManifest(installation, { cluster, ...size })], { timeoutMs: 6 * MINUTE });
  types = activityTypes(await dumpHistories(await installation.temporal(), `cluster/${cluster}`));
  note(`a create of ${size.controlPlanes}+${size.workers} has ${types.length} types of activities: ${types.join(', ')}`);
  expect(types).toContain('runKubeadm');
  await deleteCluster(installation, cluster);
}, 8 * MINUTE);

test('a create finishes by itself although its worker is killed again and again', async () => {
  const installation = installed();
  const kills = chooseKills({ types, always, count: isFull ? types.length : killsByDefault, seed });
  note(`seed ${seed} (SLIPWAY_TEST_SEED repeats it): ${kills.map(({ type, place }) => `${place} ${type}`).join(', ')}`);
  const cluster = installation.clusterName('kw');
  const manifest = await writeManifest(installation, { cluster, ...size });
  const reached = await walkKills(installation, kills, () =>
    installation.succeed(['apply', '--yes', '-f', manifest, '--on-failure', 'block'], { timeoutMs: 18 * MINUTE }),
  );
  expect(reached.map(({ type }) => type).toSorted()).toEqual(kills.map(({ type }) => type).toSorted());
  const client = await installation.temporal();
  const lost = typesOfLostAttempts(await dumpHistories(client, `cluster/${cluster}`));
  expect(kills.filter(({ type }) => !lost.has(type))).toEqual([]);
  expect(await listOpenWorkflows(client)).toEqual([`cluster/${cluster}`]);

  const { machines } = await expectSound(installation, cluster);
  expect(machines).toHaveLength(size.controlPlanes + size.workers);
  const starts = await Promise.all(machines.map(({ name }) => countUnitStarts(name, 'slipway-kubeadm-')));
  // A control plane joins in three commands; the first one is initialized in one.
  const commands = machines.map(({ role }, index) => (role === 'control-plane' && index > 0 ? 3 : 1));
  expect(starts.toSorted((a, b) => a - b)).toEqual(commands.toSorted((a, b) => a - b));
  // A port each for SSH, and one for the API; a subnet.
  expect(await countClaims(installation)).toEqual({ ports: machines.length + 1, subnets: 1 });
  await deleteCluster(installation, cluster);
}, 20 * MINUTE);

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
  await deleteCluster(installation, cluster);

  const { store } = await openInstallationStore(installation);
  const before = await store.list('');
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

/** What `slipway up` or a test started, so that the next one is alone. */
async function endWorker({ home }: Installation): Promise<void> {
  const worker = runningRecord(home, 'worker');
  if (worker !== undefined) await killProcess(worker);
}

async function deleteCluster(installation: Installation, cluster: string): Promise<void> {
  const storeId = await installation.storeId();
  await installation.succeed(['delete', 'cluster', cluster, '--yes'], { timeoutMs: 3 * MINUTE });
  await expectGone(installation, cluster);
  expect(await installationObjects(storeId)).toEqual(noObjects);
  expect(await countClaims(installation)).toEqual({ ports: 0, subnets: 0 });
}

async function countClaims(installation: Installation): Promise<{ readonly ports: number; readonly subnets: number }> {
  const { store } = await openInstallationStore(installation);
  const [ports, subnets] = await Promise.all([store.list('claims/ports/'), store.list('claims/subnets/')]);
  return { ports: ports.length, subnets: subnets.length };
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
