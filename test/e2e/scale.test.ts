import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { toolPath } from '../../node-image/tool-paths.mjs';
import { docker, installationObjects } from './harness/docker.ts';
import { expectSound, type SoundCluster } from './harness/expect-sound.ts';
import { listOpenWorkflows } from './harness/histories.ts';
import { findEtcdLeader } from './harness/inside-machine.ts';
import { getNodes } from './harness/kubectl.ts';
import { writeManifest } from './harness/manifest.ts';
import { note } from './harness/note.ts';
import { until, untilTrue } from './harness/until.ts';
import { useInstallation } from './harness/use-installation.ts';
import { applyWorkload, untilPodRuns } from './harness/workload.ts';
import { writeSequence } from './harness/write-sequence.ts';

const MINUTE = 60_000;
const installed = useInstallation('scale');
let cluster = '';
let sound: SoundCluster | undefined;

function running(): SoundCluster {
  if (sound === undefined) throw new Error('there is no cluster, or a test before this one has left it in pieces');
  return sound;
}

function kubeconfig(): string {
  return join(installed().home.root, `${cluster}.kubeconfig`);
}

const named = ({ machines }: SoundCluster, role: 'control-plane' | 'worker') => machines.filter((machine) => machine.role === role).map(({ name }) => name);

/** Runs a command that changes the cluster, and looks at all of it afterwards. */
async function change(...args: string[]): Promise<SoundCluster> {
  await installed().succeed([...args, '--yes'], { timeoutMs: 4 * MINUTE });
  sound = await expectSound(installed(), cluster);
  return sound;
}

test('1 → 3 → 1 while a client writes all the time, and the machine of the etcd leader replaced in between: nothing acknowledged is lost', async () => {
  const installation = installed();
  cluster = installation.clusterName('sc');
  const manifest = await writeManifest(installation, {
    cluster,
    // The last test waits for a Node to be taken for unreachable.
    spec: { KubeadmControlPlane: { 'kubeadmConfigSpec.clusterConfiguration.controllerManager.extraArgs': { 'node-monitor-grace-period': '25s' } } },
  });
  await installation.succeed(['apply', '-f', manifest, '--yes'], { timeoutMs: 4 * MINUTE });
  const first = named(await expectSound(installation, cluster), 'control-plane');
  const owner = `kubeadmcontrolplane/${cluster}-control-plane`;
  // Static Pods that have only just started are waited for, and a plan goes no further than that.
  const foreseen = /2 voters, quorum 2, tolerates no failure → 3 voters, quorum 2, tolerates 1 failure/;
  await untilTrue('a plan to its end', async () => foreseen.test(await installation.succeed(['scale', owner, '--replicas', '3', '--dry-run'])), { everyMs: 1000 });
  expect(named(await expectSound(installation, cluster), 'control-plane')).toEqual(first);

  const writer = writeSequence(kubeconfig());
  onTestFinished(() => writer.abort());
  const three = named(await change('scale', owner, '--replicas', '3'), 'control-plane');
  expect(three).toHaveLength(3);
  expect(three).toContain(first[0]);
  note(`1 → 3: ${writer.acknowledged()} writes, longest gap ${Math.round(writer.longestGapMs())} ms`);

  const leader = await findEtcdLeader(first[0] ?? '');
  const replacing = performance.now();
  const replaced = named(await change('delete', 'machine', leader), 'control-plane');
  expect(replaced).toHaveLength(3);
  expect(replaced).toEqual(expect.arrayContaining(three.filter((name) => name !== leader)));
  expect(replaced).not.toContain(leader);
  note(`${leader}, which led etcd, was replaced: longest gap ${Math.round(writer.longestGapMs(replacing))} ms`);

  const shrinking = performance.now();
  expect(named(await change('scale', owner, '--replicas', '1'), 'control-plane')).toHaveLength(1);
  note(`3 → 1: longest gap ${Math.round(writer.longestGapMs(shrinking))} ms`);
  const longest = writer.longestGapMs();
  const { acknowledged, lost } = await writer.stop();
  note(`${acknowledged} writes acknowledged, longest gap of all ${Math.round(longest)} ms`);
  expect(lost).toEqual([]);
  expect(acknowledged).toBeGreaterThan(200);
  // A lost election alone is under 3 s; machines of this size may be busy with other things.
  expect(longest).toBeLessThan(15_000);
  expect(await listOpenWorkflows(await installation.temporal())).toEqual([`cluster/${cluster}`]);

  for (const [replicas, reason] of [['0', 'cannot be less than or equal to 0'], ['9', 'must be at most 7']] as const) {
    const refused = await installation.run(['scale', owner, '--replicas', replicas, '--yes']);
    expect([refused.code, refused.stderr]).toEqual([10, expect.stringContaining(reason)]);
  }
}, 8 * MINUTE);

test('a budget that allows no eviction holds a drain up; describe names the Pod and the budget; lifted, it goes on', async () => {
  const installation = installed();
  const { kubectl } = running();
  const [worker = ''] = named(running(), 'worker');
  await applyWorkload(installation, kubectl);
  const pod = await untilPodRuns(kubectl, 'guarded', worker);
  await untilPodRuns(kubectl, 'stateful', worker);

  const removal = installation.start(['delete', 'machine', worker, '--yes'], { timeoutMs: 3 * MINUTE });
  const described = await until('describe to name the Pod', async () => {
    const tree = await installation.succeed(['describe', 'cluster', cluster]);
    return tree.includes(`Pod default/${pod}`) ? tree : undefined;
  });
  expect(described).toMatch(new RegExp(`${worker}.*drain.*Pod default/${pod}: PodDisruptionBudget guarded allows no disruption now`));
  // What the budget does not guard has gone: only the one Pod is waited for.
  const [replacement = ''] = await until('the worker that comes in its place', async () => {
    const nodes = (await getNodes(kubectl)).map(({ metadata }) => metadata.name).filter((name) => name.startsWith(`${cluster}-md-0-`) && name !== worker);
    return nodes.length > 0 ? nodes : undefined;
  });
  await untilPodRuns(kubectl, 'stateful', replacement);
  expect(await untilPodRuns(kubectl, 'guarded', worker)).toBe(pod);

  await kubectl('delete', 'poddisruptionbudget', 'guarded');
  note('the budget is lifted');
  const { code, stderr } = await removal.ended;
  expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
  sound = await expectSound(installation, cluster);
  expect(named(sound, 'worker')).toEqual([replacement]);
  await untilPodRuns(kubectl, 'guarded', replacement);
}, 5 * MINUTE);

test('workers to 0 and back', async () => {
  const owner = `machinedeployment/${cluster}-md-0`;
  expect(named(await change('scale', owner, '--replicas', '0'), 'worker')).toEqual([]);
  const back = await change('scale', owner, '--replicas', '1');
  const [worker = ''] = named(back, 'worker');
  await untilPodRuns(back.kubectl, 'guarded', worker);
}, 5 * MINUTE);

test('a worker that does not answer any more is deleted all the same, and its StatefulSet gets its Pod back', async () => {
  const installation = installed();
  const { kubectl } = running();
  const [worker = ''] = named(running(), 'worker');
  await untilPodRuns(kubectl, 'stateful', worker);
  const taints = watchTaints(worker);
  await docker.getContainer(worker).pause();
  note(`${worker} is paused`);

  const after = await change('delete', 'machine', worker);
  const [replacement = ''] = named(after, 'worker');
  expect(replacement).not.toBe(worker);
  const { stdout } = await installation.run(['history', 'cluster', cluster, '-o', 'json']);
  expect(stdout).toContain('"out of service"');
  await untilTrue('the taint to have been seen', () => taints().includes('node.kubernetes.io/out-of-service'));
  const { containers } = await installationObjects(await installation.storeId());
  expect(containers).not.toContain(worker);
  // Kubernetes let go of it before its Node went: no Pod of the old Node is left, and the set has its own again.
  expect(await kubectl('get', 'pods', '--field-selector', `spec.nodeName=${worker}`, '-l', 'app', '-o', 'name')).toBe('');
  await untilPodRuns(kubectl, 'stateful', replacement);
}, 5 * MINUTE);

/** All taints that a Node ever has from now on: that of a Node that is about to go stays for moments alone. */
function watchTaints(node: string): () => string {
  const keys = new Set<string>();
  const columns = 'jsonpath={.spec.taints[*].key}{"\\n"}';
  const child = spawn(toolPath('kubectl'), ['get', 'node', node, '--watch', '-o', columns], { env: { ...installed().env, KUBECONFIG: kubeconfig() }, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill());
  createInterface({ input: child.stdout }).on('line', (line) => line.split(' ').forEach((key) => keys.add(key)));
  return () => [...keys].join(' ');
}
