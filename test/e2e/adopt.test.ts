import { expect, test } from 'vitest';
import { installationObjects, noObjects, readInside } from './harness/docker.ts';
import { expectGone, expectSound, type SoundCluster } from './harness/expect-sound.ts';
import { takeFingerprint, type Fingerprint } from './harness/fingerprint.ts';
import { gateCommands, gateField, openGate } from './harness/gate.ts';
import { listOpenWorkflows } from './harness/histories.ts';
import { countUnitStarts, listKubeadmRuns, listSshSessions, signalInside } from './harness/inside-machine.ts';
import { getNodes, isReady } from './harness/kubectl.ts';
import { loseDatabase } from './harness/lose-database.ts';
import { writeManifest } from './harness/manifest.ts';
import { note } from './harness/note.ts';
import { listLeftovers } from './harness/store.ts';
import { until, untilTrue } from './harness/until.ts';
import { useInstallation } from './harness/use-installation.ts';
import { getCluster, withoutBackups } from './harness/views.ts';

const MINUTE = 60_000;

const installed = useInstallation('adopt');
let cluster = '';
let manifest = '';
let halfMade = { cluster: '', machine: '' };
let made: { readonly sound: SoundCluster; readonly before: Fingerprint } | undefined;

function created() {
  if (made === undefined) throw new Error('there is no cluster: its create has failed');
  return made;
}

/** The highest number with which kubeadm init was asked for there: the Machine refuses lower ones. */
async function latestGeneration(machine: string): Promise<number> {
  return Number(await readInside(machine, 'cat /var/lib/slipway/operations/kubeadm-init/generation'));
}

test("clusters go on without Temporal's database; their names stay taken, and the way out is named", async () => {
  const installation = installed();
  [cluster, halfMade.cluster] = [installation.clusterName('adp'), installation.clusterName('half')];
  manifest = await writeManifest(installation, { cluster });
  await installation.succeed(['apply', '--yes', '-f', manifest, '--on-failure', 'block'], { timeoutMs: 6 * MINUTE });
  const gated = { KubeadmControlPlane: { [gateField]: gateCommands.waits } };
  const half = await writeManifest(installation, { cluster: halfMade.cluster, workers: 0, spec: gated });
  await installation.succeed(['apply', '--yes', '-f', half, '--on-failure', 'block', '--detach']);
  halfMade.machine = await until('kubeadm on the other cluster', async () => {
    const { containers } = await installationObjects(await installation.storeId());
    const machine = containers.find((name) => name.startsWith(`${halfMade.cluster}-control-plane-`));
    return machine !== undefined && (await listKubeadmRuns(machine))[0]?.verdict === 'running' ? machine : undefined;
  });
  const firstGeneration = await latestGeneration(halfMade.machine);
  // The Machine then knows of a later attempt than the first that an entity makes by itself.
  await signalInside(halfMade.machine, 'KILL', await listSshSessions(halfMade.machine));
  await untilTrue('the next attempt to attach', async () => (await latestGeneration(halfMade.machine)) > firstGeneration);
  const sound = await expectSound(installation, cluster);
  made = { sound, before: await takeFingerprint(cluster, sound.machines, sound.kubectl) };

  const lost = await loseDatabase(installation);
  note(`lost ${lost.join(', ')}`);
  const nodes = await getNodes(sound.kubectl);
  expect([nodes.length, nodes.filter((node) => !isReady(node))]).toEqual([2, []]);
  await installation.up();
  note('up again, with an empty database');

  expect(await installation.succeed(['get', 'clusters', '-o', 'name'])).toBe('');
  const apply = await installation.run(['apply', '--yes', '-f', manifest]);
  expect([apply.code, apply.stderr]).toEqual([12, expect.stringContaining(`slipway adopt cluster/${cluster}`)]);
  const unknown = await installation.run(['adopt', `cluster/${installation.clusterName('none')}`]);
  expect([unknown.code, unknown.stderr]).toEqual([11, expect.stringContaining('no cluster')]);
  expect(await listOpenWorkflows(await installation.temporal())).toEqual([]);
}, 10 * MINUTE);

test('adopt brings the cluster back under management, and touches no machine', async () => {
  const installation = installed();
  const { sound, before } = created();
  const adopt = await installation.run(['adopt', `cluster/${cluster}`], { timeoutMs: 2 * MINUTE });
  expect([adopt.code, adopt.stderr]).toEqual([0, expect.stringContaining('under management again: 2 Machines, none touched')]);
  const back = await until('the end of the adoption', async () => {
    const found = await getCluster(installation, cluster);
    return found.operation?.phase === 'Running' ? undefined : found;
  });
  expect(back).toMatchObject({ uid: sound.uid, phase: 'Provisioned', operation: { verb: 'adopt', phase: 'Succeeded' } });
  expect(await takeFingerprint(cluster, sound.machines, sound.kubectl)).toEqual(before);
  const again = await installation.run(['adopt', `cluster/${cluster}`]);
  expect([again.code, again.stderr]).toEqual([12, expect.stringContaining('under management already')]);
}, 4 * MINUTE);

test('an adopted cluster is as it was before: described, unchanged, reached', async () => {
  const installation = installed();
  const { machines, uid } = created().sound;
  expect((await expectSound(installation, cluster)).machines).toEqual(machines);
  const tree = await installation.succeed(['describe', 'cluster', cluster, '--grouping=false']);
  for (const part of [`Cluster/${cluster}`, ...machines.map(({ name }) => `Machine/${name}`)]) expect(tree).toContain(part);
  expect(withoutBackups(tree)).not.toMatch(/\bFalse\b|\bUnknown\b/);
  const apply = await installation.run(['apply', '--yes', '-f', manifest]);
  expect([apply.code, apply.stderr]).toEqual([0, expect.stringContaining('unchanged')]);
  const more = await installation.run(['plan', '-f', await writeManifest(installation, { cluster, workers: 2 })]);
  expect([more.code, more.stdout]).toEqual([1, expect.stringContaining('replicas')]);
  for (const { name } of machines) expect(await installation.succeed(['ssh', name, '--', 'hostname'])).toBe(`${name}\n`);
  expect((await getCluster(installation, cluster)).uid).toBe(uid);
  // The search for traces bites: these visits left some.
  const { sound, before } = created();
  expect((await takeFingerprint(cluster, machines, sound.kubectl)).machines).not.toEqual(before.machines);
}, 3 * MINUTE);

test('a create that was cut off by the loss is finished by adoption: kubeadm is attached to, not started again', async () => {
  const installation = installed();
  const { machine } = halfMade;
  await installation.succeed(['adopt', `cluster/${halfMade.cluster}`], { timeoutMs: 2 * MINUTE });
  await openGate(machine);
  note(`${halfMade.cluster} is adopted, and its kubeadm may go on`);
  const watch = await installation.run(['watch', 'cluster', halfMade.cluster], { timeoutMs: 4 * MINUTE });
  expect([watch.code, watch.code === 0 ? '' : watch.stderr]).toEqual([0, '']);
  await expectSound(installation, halfMade.cluster);
  expect(await countUnitStarts(machine, 'slipway-kubeadm-init')).toBe(1);
}, 6 * MINUTE);

test('an adopted cluster can be deleted, and nothing of it is left', async () => {
  const installation = installed();
  for (const name of [cluster, halfMade.cluster]) {
    await installation.succeed(['delete', 'cluster', name, '--yes'], { timeoutMs: 3 * MINUTE });
    await expectGone(installation, name);
  }
  expect(await installationObjects(await installation.storeId())).toEqual(noObjects);
  expect(await listLeftovers(installation, created().sound.uid)).toEqual([]);
  await untilTrue('all workflows to be closed', async () => (await listOpenWorkflows(await installation.temporal())).length === 0);
}, 5 * MINUTE);
