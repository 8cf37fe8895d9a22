import { expect, test } from 'vitest';
import { readJournal } from '../../activities/store/cluster-journal.ts';
import { installationObjects, noObjects, readInside } from './harness/docker.ts';
import { expectGone, expectSound } from './harness/expect-sound.ts';
import { gateCommands, gateComplaint, gateField, openGate } from './harness/gate.ts';
import { listOpenWorkflows } from './harness/histories.ts';
import { countUnitStarts, listKubeadmRuns } from './harness/inside-machine.ts';
import { writeManifest } from './harness/manifest.ts';
import { note } from './harness/note.ts';
import { listLeftovers, openInstallationStore } from './harness/store.ts';
import { until, untilTrue } from './harness/until.ts';
import { useInstallation } from './harness/use-installation.ts';
import { getCluster, getMachines, getOperation } from './harness/views.ts';

const MINUTE = 60_000;

const installed = useInstallation('endings');

/** One control-plane Machine, whose preKubeadmCommands are those. */
function writeGated(cluster: string, preKubeadmCommands?: readonly string[]): Promise<string> {
  const spec = preKubeadmCommands === undefined ? {} : { KubeadmControlPlane: { [gateField]: preKubeadmCommands } };
  return writeManifest(installed(), { cluster, workers: 0, spec });
}

/** Nothing at all is left of a cluster that was the only one of its installation. */
async function expectNothingLeft(cluster: string, uid: string): Promise<void> {
  const installation = installed();
  await expectGone(installation, cluster);
  expect(await installationObjects(await installation.storeId())).toEqual(noObjects);
  expect(await listLeftovers(installation, uid)).toEqual([]);
  await untilTrue('all workflows to be closed', async () => (await listOpenWorkflows(await installation.temporal())).length === 0);
}

async function untilMachine(cluster: string): Promise<string> {
  return until(`a Machine of ${cluster}`, async () => {
    const { containers } = await installationObjects(await installed().storeId());
    return containers.find((name) => name.startsWith(`${cluster}-control-plane-`));
  });
}

async function untilKubeadmRuns(machine: string): Promise<void> {
  await untilTrue(`kubeadm's unit on ${machine}`, async () => (await listKubeadmRuns(machine))[0]?.verdict === 'running');
}

async function untilClusterKnown(cluster: string): Promise<string> {
  return (await until(`cluster ${cluster}`, () => getCluster(installed(), cluster), { everyMs: 100 })).uid;
}

/** Those of the cluster's own workflows: what a command asks is a workflow too, but a short one. */
async function listOpenSteps(cluster: string): Promise<readonly string[]> {
  const open = await listOpenWorkflows(await installed().temporal());
  return open.filter((id) => id !== `cluster/${cluster}`);
}

test('block: the operation waits with what failed last; apply tries again, from where it stopped', async () => {
  const installation = installed();
  const cluster = installation.clusterName('blk');
  const manifest = await writeGated(cluster, gateCommands.fails);
  const apply = await installation.run(['apply', '--yes', '-f', manifest, '--on-failure', 'block'], { timeoutMs: 3 * MINUTE });
  expect(apply.code).toBe(30);
  for (const part of [`${cluster}-create-1 is Blocked`, 'exited with 3', gateComplaint, `slipway resume cluster ${cluster} --retry`, `slipway delete cluster ${cluster}`]) {
    expect(apply.stderr).toContain(part);
  }
  const { uid, phase, operation } = await getCluster(installation, cluster);
  const [machine] = await getMachines(installation, cluster);
  const name = machine?.name ?? '';
  expect([phase, operation?.phase, machine?.phase]).toEqual(['Provisioning', 'Blocked', 'Bootstrapping']);
  expect(operation?.evidence).toMatchObject({
    at: `cluster/${cluster}/machine/${name}/init: kubeadm init (attempt 3 of 3)`,
    error: 'KubeadmFailedError',
    message: expect.stringMatching(new RegExp(`^kubeadm init on Machine ${name} exited with 3\\.[^]*${gateComplaint}$`)),
  });
  const described = await installation.succeed(['describe', 'cluster', cluster]);
  for (const part of ['Blocked', gateComplaint, `slipway resume cluster ${cluster} --retry`]) expect(described).toContain(part);
  expect(await countUnitStarts(name, 'slipway-kubeadm-init')).toBe(3);
  expect(await listOpenSteps(cluster)).toEqual([]);
  // It is a state to rest in: whoever comes later sees the same, with the same exit code.
  expect((await installation.run(['watch', 'cluster', cluster])).code).toBe(30);

  await openGate(name);
  note(`${name} is mended: apply again`);
  const again = await installation.run(['apply', '--yes', '-f', manifest, '--on-failure', 'block'], { timeoutMs: 4 * MINUTE });
  expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('goes on from where it stopped')]);
  const mended = await getCluster(installation, cluster);
  expect([mended.uid, mended.phase, mended.operation?.evidence]).toEqual([uid, 'Provisioned', null]);
  expect((await getMachines(installation, cluster)).map((one) => [one.name, one.phase])).toEqual([[name, 'Running']]);
  expect(await countUnitStarts(name, 'slipway-kubeadm-init')).toBe(4);
  expect((await getOperation(installation, `${cluster}-create-1`)).phase).toBe('Superseded');
  await installation.succeed(['delete', 'cluster', cluster, '--yes'], { timeoutMs: 2 * MINUTE });
  await expectNothingLeft(cluster, uid);
}, 8 * MINUTE);

test('undo, the default where nobody looks on: says why, and leaves nothing but the journal', async () => {
  const installation = installed();
  const cluster = installation.clusterName('und');
  const apply = installation.start(['apply', '--yes', '-f', await writeGated(cluster, gateCommands.fails)], { timeoutMs: 4 * MINUTE });
  const uid = await untilClusterKnown(cluster);
  const { code, stderr } = await apply.ended;
  expect(code).toBe(31);
  for (const part of [`${cluster}-create-1 failed and was undone`, 'exited with 3', gateComplaint]) expect(stderr).toContain(part);
  await expectNothingLeft(cluster, uid);

  const { store } = await openInstallationStore(installation);
  const blocked = (await readJournal(store, uid)).filter(({ outcome }) => outcome === 'blocked');
  expect(blocked).toEqual([expect.objectContaining({ kind: 'step', operation: `${cluster}-create-1`, evidence: expect.stringContaining(gateComplaint) })]);
}, 5 * MINUTE);

test('retain: ends as Failed, and keeps everything to look at until it is deleted', async () => {
  const installation = installed();
  const cluster = installation.clusterName('ret');
  const apply = await installation.run(['apply', '--yes', '-f', await writeGated(cluster, gateCommands.fails), '--on-failure', 'retain'], { timeoutMs: 3 * MINUTE });
  expect(apply.code).toBe(31);
  for (const part of ['--on-failure=retain', gateComplaint, `slipway delete cluster ${cluster}`]) expect(apply.stderr).toContain(part);
  const { uid, phase, operation } = await getCluster(installation, cluster);
  expect([phase, operation?.phase]).toEqual(['Failed', 'Failed']);
  const [machine] = await getMachines(installation, cluster);
  expect(await installation.succeed(['ssh', machine?.name ?? '', '--', 'hostname'])).toBe(`${machine?.name}\n`);
  expect(await listOpenSteps(cluster)).toEqual([]);
  await installation.succeed(['delete', 'cluster', cluster, '--yes'], { timeoutMs: 2 * MINUTE });
  await expectNothingLeft(cluster, uid);
}, 6 * MINUTE);

test('delete during create wins, whatever is under way; the name is free at once', async () => {
  const installation = installed();
  const cluster = installation.clusterName('del');
  const manifest = await writeGated(cluster);
  const moments = {
    'its first container is made': async () => {
      await until('a container', async () => (await installationObjects(await installation.storeId())).containers[0], { everyMs: 50 });
    },
    'kubeadm init runs': async () => {
      const machine = await untilMachine(cluster);
      await until('static Pods', async () => (await readInside(machine, 'ls /etc/kubernetes/manifests')) || undefined);
    },
  };
  const uids = new Set<string>();
  for (const [moment, come] of Object.entries(moments)) {
    const apply = installation.start(['apply', '--yes', '-f', manifest, '--on-failure', 'block'], { timeoutMs: 4 * MINUTE });
    uids.add(await untilClusterKnown(cluster));
    await come();
    note(`delete when ${moment}`);
    const removal = await installation.run(['delete', 'cluster', cluster, '--yes'], { timeoutMs: 3 * MINUTE });
    expect([removal.code, removal.stderr]).toEqual([0, expect.stringContaining('is deleted')]);
    const followed = await apply.ended;
    expect([followed.code, followed.stderr]).toEqual([32, expect.stringMatching(/was deleted while|is being deleted by/)]);
    for (const uid of uids) await expectNothingLeft(cluster, uid);
  }
  expect(uids.size).toBe(2);
}, 8 * MINUTE);

test('cancel stops the steps and leaves the machine to itself; apply attaches to the kubeadm that still runs', async () => {
  const installation = installed();
  const cluster = installation.clusterName('cnc');
  const manifest = await writeGated(cluster, gateCommands.waits);
  const apply = installation.start(['apply', '--yes', '-f', manifest, '--on-failure', 'block'], { timeoutMs: 4 * MINUTE });
  const machine = await untilMachine(cluster);
  await untilKubeadmRuns(machine);
  note('kubeadm init is under way: cancel');
  const cancel = await installation.run(['cancel', `${cluster}-create-1`], { timeoutMs: MINUTE });
  expect([cancel.code, cancel.stderr]).toEqual([0, expect.stringContaining('what exists stays')]);
  expect((await apply.ended).code).toBe(32);
  expect((await getOperation(installation, `${cluster}-create-1`)).phase).toBe('Cancelled');
  expect(await listOpenSteps(cluster)).toEqual([]);
  expect((await listKubeadmRuns(machine)).map(({ verdict }) => verdict)).toEqual(['running']);
  const late = await installation.run(['cancel', `${cluster}-create-1`]);
  expect([late.code, late.stderr]).toEqual([12, expect.stringContaining('has ended')]);

  const again = installation.start(['apply', '--yes', '-f', manifest, '--on-failure', 'block'], { timeoutMs: 4 * MINUTE });
  await untilTrue('the create to go on', () => again.story().includes('goes on from where it stopped'));
  await openGate(machine);
  const { code, stderr } = await again.ended;
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  const { uid } = await expectSound(installation, cluster);
  expect(await countUnitStarts(machine, 'slipway-kubeadm-init')).toBe(1);
  await installation.succeed(['delete', 'cluster', cluster, '--yes'], { timeoutMs: 2 * MINUTE });
  await expectNothingLeft(cluster, uid);
}, 8 * MINUTE);

test('cancel of a create that was to be undone removes what it made', async () => {
  const installation = installed();
  const cluster = installation.clusterName('cnu');
  const apply = installation.start(['apply', '--yes', '-f', await writeGated(cluster, gateCommands.waits), '--on-failure', 'undo'], { timeoutMs: 4 * MINUTE });
  const uid = await untilClusterKnown(cluster);
  await untilKubeadmRuns(await untilMachine(cluster));
  const cancel = await installation.run(['cancel', `${cluster}-create-1`], { timeoutMs: 2 * MINUTE });
  expect([cancel.code, cancel.stderr]).toEqual([0, expect.stringContaining('nothing of it is left')]);
  expect((await apply.ended).code).toBe(32);
  await expectNothingLeft(cluster, uid);
}, 5 * MINUTE);
