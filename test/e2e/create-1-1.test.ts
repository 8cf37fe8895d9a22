import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createKubectl } from '../../cli/demo/kubectl.ts';
import { proveNetwork } from '../../cli/demo/prove-network.ts';
import { isRunning } from '../../cli/local/process-record.ts';
import { describeForeignObjects, makeForeignObjects } from './harness/foreign-objects.ts';
import { installationIds, installationObjects, listEngine, noObjects } from './harness/docker.ts';
import { expectGone, expectSound, type SoundCluster } from './harness/expect-sound.ts';
import { listOpenWorkflows } from './harness/histories.ts';
import { countUnitStarts, listKubeadmRuns, listSshSessions, signalInside } from './harness/inside-machine.ts';
import { killProcess, requireProcess } from './harness/local-processes.ts';
import { writeManifest } from './harness/manifest.ts';
import { note } from './harness/note.ts';
import { pendingActivities } from './harness/pending-activities.ts';
import { listLeftovers } from './harness/store.ts';
import { until, untilTrue } from './harness/until.ts';
import { useInstallation } from './harness/use-installation.ts';
import { getMachines, withoutBackups } from './harness/views.ts';

const MINUTE = 60_000;

const installed = useInstallation('create-1-1');
let cluster = '';
let manifest = '';
let sound: SoundCluster | undefined;

function created(): SoundCluster {
  if (sound === undefined) throw new Error('there is no cluster: its create has failed');
  return sound;
}

test('a create survives a killed server, a dropped and a hung connection, and finishes by itself', async () => {
  const installation = installed();
  cluster = installation.clusterName('c11');
  await makeForeignObjects(await installation.storeId(), cluster);
  manifest = await writeManifest(installation, { cluster });

  const applies = [1, 2, 3].map(() => installation.start(['apply', '--yes', '-f', manifest, '--on-failure', 'block'], { timeoutMs: 8 * MINUTE }));
  const controlPlane = await until('a Machine of the control plane', async () => {
    const { containers } = await installationObjects(await installation.storeId());
    return containers.find((name) => name.startsWith(`${cluster}-control-plane-`));
  });
  note(`${controlPlane} exists: kill -9 of Temporal's server`);
  await killProcess(requireProcess(installation.home, 'temporal'));
  await installation.up();
  // It takes a while to start: by the time it shows something the create shall not be over.
  const watching = installation.start(['watch', 'cluster', cluster]);

  await until('kubeadm init', async () => (await listKubeadmRuns(controlPlane))[0]);
  const sessions = await until('an SSH session', async () => nonEmpty(await listSshSessions(controlPlane)));
  note(`kubeadm init runs: kill -9 of its SSH session (${sessions.join(', ')})`);
  await signalInside(controlPlane, 'KILL', sessions);

  const next = await until('the next SSH session', async () => nonEmpty(await listSshSessions(controlPlane)), { everyMs: 50 });
  await signalInside(controlPlane, 'STOP', next);
  const hung = await runKubeadm();
  if (hung === undefined) throw new Error('kubeadm init was over before its connection could hang');
  note(`SSH session hangs (${next.join(', ')}) in attempt ${hung.attempt}`);
  await untilTrue('watch to show something', () => watching.story().includes('kubeadm init'));
  watching.kill('SIGINT');
  const detached = await watching.ended;
  expect([detached.code, detached.stderr]).toEqual([130, expect.stringContaining(`slipway watch cluster ${cluster}`)]);

  await until('another attempt', async () => {
    const pending = await runKubeadm();
    return pending === undefined || pending.attempt > hung.attempt ? true : undefined;
  });
  await signalInside(controlPlane, 'CONT', next);
  note('the hung connection was given up');

  const ends = await Promise.all(applies.map(({ ended }) => ended));
  expect(ends.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0, 0]);
  expect(ends.filter(({ stderr }) => /operation \S+-create-1 started/.test(stderr))).toHaveLength(1);
  expect(ends.filter(({ stderr }) => stderr.includes(`${cluster}-create-1 is under way already`))).toHaveLength(2);
  sound = await expectSound(installation, cluster);
  expect(await countUnitStarts(controlPlane, 'slipway-kubeadm-init')).toBe(1);
  expect(await listOpenWorkflows(await installation.temporal())).toEqual([`cluster/${cluster}`]);

  async function runKubeadm() {
    const pending = await pendingActivities(await installation.temporal(), `cluster/${cluster}/machine/${controlPlane}/init`);
    return pending.find(({ type }) => type === 'runKubeadm');
  }
}, 10 * MINUTE);

function nonEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

test('commands show the cluster, and reach its machines', async () => {
  const installation = installed();
  const { machines } = created();
  const [controlPlane, worker] = machines.map(({ name }) => name);
  expect(controlPlane).toMatch(new RegExp(`^${cluster}-control-plane-[a-z0-9]{5}$`));
  expect(worker).toMatch(new RegExp(`^${cluster}-md-0-[a-z0-9]{5}$`));

  expect(await installation.succeed(['get', 'clusters'])).toMatch(new RegExp(`^${cluster} +Provisioned .*v1\\.`, 'm'));
  expect(await installation.succeed(['get', 'cl', '-o', 'name'])).toBe(`cluster/${cluster}\n`);
  expect(await installation.succeed(['get', 'machines', '-o', 'wide'])).toContain(worker);
  expect(await installation.succeed(['get', 'operations', '-o', 'yaml'])).toContain(`id: ${cluster}-create-1`);
  const tree = await installation.succeed(['describe', 'cluster', cluster]);
  for (const part of [`Cluster/${cluster}`, `Machine/${controlPlane}`, `Machine/${worker}`]) expect(tree).toContain(part);
  expect(withoutBackups(tree)).not.toMatch(/\bFalse\b|\bUnknown\b/);
  expect((await installation.run(['watch', 'cluster', cluster])).stderr).toContain(`${cluster}-create-1 succeeded`);
  expect(JSON.parse(await installation.succeed(['status', '-o', 'json']))).toMatchObject({ healthy: true });
  expect(await installation.succeed(['version'])).toMatch(/v?24\./);

  expect(await installation.succeed(['logs', controlPlane ?? '', '--lines', '20'])).toContain('kubelet');
  expect(await installation.succeed(['ssh', worker ?? '', '--', 'hostname'])).toBe(`${worker}\n`);
  expect((await installation.run(['ssh', worker ?? '', '--', 'sh', '-c', 'exit 7'])).code).toBe(7);
}, 3 * MINUTE);

test('Pods on both machines find and reach each other by name', async () => {
  const kubectl = createKubectl(join(installed().home.root, `${cluster}.kubeconfig`));
  const [controlPlane = '', worker = ''] = created().machines.map(({ name }) => name);
  await kubectl(['taint', 'node', controlPlane, 'node-role.kubernetes.io/control-plane-']);
  const proof = await proveNetwork(kubectl, fileURLToPath(new URL('../../examples/demo-workload.yaml', import.meta.url)));
  expect(proof.answeredBy).toEqual([controlPlane, worker].toSorted());
}, 5 * MINUTE);

test('applying again changes nothing; what no cluster can take and a missing version are refused', async () => {
  const installation = installed();
  const again = await installation.run(['apply', '-f', manifest]);
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('unchanged')]);
  expect((await installation.run(['plan', '-f', manifest])).code).toBe(0);

  const renamed = await writeManifest(installation, { cluster, spec: { Cluster: { 'clusterNetwork.serviceDomain': 'other.local' } } });
  for (const verb of [['plan'], ['apply', '--yes']]) {
    const refused = await installation.run([...verb, '-f', renamed]);
    expect([refused.code, refused.stderr]).toEqual([13, expect.stringContaining('serviceDomain')]);
  }

  const other = installation.clusterName('none');
  const missing = await writeManifest(installation, { cluster: other, spec: { KubeadmControlPlane: { version: 'v1.34.99' } } });
  const unavailable = await installation.run(['apply', '--yes', '-f', missing]);
  expect([unavailable.code, unavailable.stderr]).toEqual([14, expect.stringContaining('v1.34.99')]);
  expect(await listOpenWorkflows(await installation.temporal())).toEqual([`cluster/${cluster}`]);
  expect(await getMachines(installation, cluster)).toEqual(created().machines);
}, 2 * MINUTE);

test('workers come and go by apply and by scale; what scale set, apply takes back only by force', async () => {
  const installation = installed();
  const more = await writeManifest(installation, { cluster, workers: 2 });
  const plan = await installation.run(['plan', '-f', more]);
  expect([plan.code, plan.stdout]).toEqual([1, expect.stringContaining('(new 1)')]);
  const unasked = await installation.run(['apply', '-f', more]);
  expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('--yes')]);
  await installation.succeed(['apply', '-f', more, '--yes'], { timeoutMs: 3 * MINUTE });
  const grown = await getMachines(installation, cluster);
  expect(grown.filter(({ role }) => role === 'worker')).toHaveLength(2);

  await installation.succeed(['scale', `machinedeployment/${cluster}-md-0`, '--replicas', '1', '--yes', '--reason', 'one is enough'], { timeoutMs: 3 * MINUTE });
  const shrunk = await getMachines(installation, cluster);
  expect(shrunk).toHaveLength(2);
  const kubectl = createKubectl(join(installation.home.root, `${cluster}.kubeconfig`));
  const nodes = (await kubectl(['get', 'nodes', '-o', 'name'])).trim().split('\n');
  expect(nodes.toSorted()).toEqual(shrunk.map(({ name }) => `node/${name}`).toSorted());

  const conflict = await installation.run(['apply', '-f', more, '--yes']);
  expect([conflict.code, conflict.stderr]).toEqual([12, expect.stringMatching(/set 1 since the last apply.*--force/s)]);
  const even = await installation.run(['scale', `kcp/${cluster}-control-plane`, '--replicas', '2', '--yes']);
  expect([even.code, even.stderr]).toEqual([10, expect.stringContaining('must be odd')]);
  expect(await getMachines(installation, cluster)).toEqual(shrunk);
}, 6 * MINUTE);

test('delete leaves nothing of the cluster, and everything of others', async () => {
  const installation = installed();
  const storeId = await installation.storeId();
  const foreign = await describeForeignObjects(storeId);
  expect(foreign).toHaveLength(4);
  const made = await installationIds(storeId);
  // Two Machines with a volume each, the load balancer, the network.
  expect(made).toHaveLength(2 + 2 + 1 + 1);

  const unconfirmed = await installation.run(['delete', 'cluster', cluster]);
  expect([unconfirmed.code, unconfirmed.stderr]).toEqual([2, expect.stringContaining('--yes')]);
  await installation.succeed(['delete', 'cluster', cluster, '--yes'], { timeoutMs: 3 * MINUTE });

  await expectGone(installation, cluster);
  expect(await installationObjects(storeId)).toEqual(noObjects);
  expect(await listLeftovers(installation, created().uid)).toEqual([]);
  await untilTrue('all workflows to be closed', async () => (await listOpenWorkflows(await installation.temporal())).length === 0);
  expect(await describeForeignObjects(storeId)).toEqual(foreign);
  const engine = await listEngine();
  expect(made.filter((id) => engine.has(id))).toEqual([]);
}, 5 * MINUTE);

test('down ends both processes, and says so afterwards', async () => {
  const installation = installed();
  const [server, worker] = [requireProcess(installation.home, 'temporal'), requireProcess(installation.home, 'worker')];
  await installation.succeed(['down'], { timeoutMs: 2 * MINUTE });
  expect([isRunning(server), isRunning(worker)]).toEqual([false, false]);
  // Without its address the default would be asked, and somebody else's server might answer there.
  const asked = await installation.run(['get', 'clusters'], { env: { TEMPORAL_ADDRESS: server.address } });
  expect([asked.code, asked.stderr]).toEqual([20, expect.stringContaining(server.address)]);
  const { healthy } = z.object({ healthy: z.boolean() }).parse(JSON.parse((await installation.run(['status', '-o', 'json'])).stdout));
  expect(healthy).toBe(false);
}, 3 * MINUTE);
