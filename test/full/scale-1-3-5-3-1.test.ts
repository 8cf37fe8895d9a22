import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { docker, installationObjects } from '../e2e/harness/docker.ts';
import { expectGone, expectSound } from '../e2e/harness/expect-sound.ts';
import { decodePayloads, dumpHistories, listOpenWorkflows } from '../e2e/harness/histories.ts';
import { findEtcdLeader } from '../e2e/harness/inside-machine.ts';
import { places, type Interruption } from '../e2e/harness/interruptions.ts';
import { leadVictims } from '../e2e/harness/lead-victims.ts';
import { writeManifest } from '../e2e/harness/manifest.ts';
import { note } from '../e2e/harness/note.ts';
import type { Reached } from '../e2e/harness/start-worker-under-test.ts';
import { useInstallation } from '../e2e/harness/use-installation.ts';
import { until, untilTrue } from '../e2e/harness/until.ts';
import { getCluster, getMachines } from '../e2e/harness/views.ts';
import { walkKills } from '../e2e/harness/walk-kills.ts';
import { writeSequence } from '../e2e/harness/write-sequence.ts';

const MINUTE = 60_000;
const installed = useInstallation('scale-full');
const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? randomInt(2 ** 31));

type Phase = Omit<Interruption, 'place' | 'signal' | 'afterMs'>;

/** Of a control plane's join: all that runs from nothing to a Node with its labels. */
const joinPhases: readonly Phase[] = [
  { type: 'ensureMachine' },
  { type: 'waitForSsh' },
  { type: 'writeBootstrapData', inWorkflow: '/prepare' },
  { type: 'runKubeadm', withArguments: '"stage":"prepare"' },
  { type: 'waitForHealthyMembers' },
  { type: 'setBackends', inWorkflow: '/join' },
  { type: 'runKubeadm', withArguments: '"stage":"etcd"' },
  { type: 'runKubeadm', withArguments: '"stage":"serve"' },
  { type: 'waitForNode' },
  { type: 'labelNode' },
];

const removalPhases: readonly Phase[] = [
  'cordonNode',
  'drainNode',
  'waitForVolumesDetached',
  'setBackends',
  'moveEtcdLeader',
  'stopApiServer',
  'removeEtcdMember',
  'deleteMachine',
  'deleteNode',
].map((type) => ({ type, inWorkflow: '/remove' }));

/** Before, during or after each, in turns; `turn` makes it another place for each in another walk. */
function killsOf(phases: readonly Phase[], turn: number): readonly Interruption[] {
  return phases.map((phase, index) => {
    const place = places[(index + turn + seed) % places.length] ?? 'during';
    // kubeadm takes seconds: somewhere in its midst.
    const afterMs = phase.type === 'runKubeadm' ? 300 + ((seed >> index) % 1000) : (seed >> index) % 200;
    return { ...phase, signal: 'SIGKILL', place, afterMs };
  });
}

test('1 → 3 → 5 → 3 → 1 under a client that writes: workers killed in each phase, leaders the victims, a Machine removed by force', async () => {
  const installation = installed();
  note(`seed ${seed} (SLIPWAY_TEST_SEED repeats it)`);
  const cluster = installation.clusterName('full');
  const owner = `kubeadmcontrolplane/${cluster}-control-plane`;
  const manifest = await writeManifest(installation, { cluster, controlPlanes: 1, workers: 1 });
  await installation.succeed(['apply', '-f', manifest, '--yes'], { timeoutMs: 5 * MINUTE });
  const { uid } = await expectSound(installation, cluster);
  const writer = writeSequence(join(installation.home.root, `${cluster}.kubeconfig`));
  onTestFinished(() => writer.abort());

  // Whoever follows is told after a while that no worker answers, which is so while they are killed one after the other.
  const scaleTo = async (replicas: number): Promise<void> => {
    await installation.succeed(['scale', owner, '--replicas', String(replicas), '--yes', '--detach']);
    const isDone = async (): Promise<boolean> => (await getCluster(installation, cluster)).operation?.phase === 'Succeeded' && (await controlPlane()).length === replicas;
    await untilTrue(`${replicas} control planes`, isDone, { timeoutMs: 15 * MINUTE, everyMs: 2000 });
  };
  const controlPlane = async (): Promise<readonly string[]> => (await getMachines(installation, cluster)).filter(({ role }) => role === 'control-plane').map(({ name }) => name);
  /** Notes the longest gap of a stretch, and looks at everything after it. */
  const stretch = async (what: string, run: () => Promise<unknown>): Promise<void> => {
    const since = performance.now();
    await run();
    note(`${what}: longest gap ${Math.round(writer.longestGapMs(since))} ms, ${writer.acknowledged()} writes so far`);
    expect((await expectSound(installation, cluster)).uid).toBe(uid);
    expect(await listOpenWorkflows(await installation.temporal())).toEqual([`cluster/${cluster}`]);
  };
  const killing = async (phases: readonly Phase[], turn: number, run: () => Promise<unknown>): Promise<readonly Reached[]> => {
    const kills = killsOf(phases, turn);
    const reached = await walkKills(installation, kills, run);
    expect(reached).toHaveLength(kills.length);
    return reached;
  };
  const shrinkTo = async (replicas: number): Promise<void> => {
    // Static Pods that have only just started make their Machine the first to go, and soon do no more.
    const plan = await until('all components to be healthy', async () => {
      const planned = await installation.succeed(['scale', owner, '--replicas', String(replicas), '--dry-run']);
      return planned.includes('not all its components are healthy') ? undefined : planned;
    }, { timeoutMs: 2 * MINUTE, everyMs: 2000 });
    const victims = [...plan.matchAll(/^ +- (\S+) +remove /gm)].map(([, name = '']) => name);
    const before = await controlPlane();
    const [via = ''] = before.filter((name) => !victims.includes(name));
    const reached = await leadVictims(victims, via, () => killing(removalPhases, replicas, () => scaleTo(replicas)));
    expect(await controlPlane()).toEqual(before.filter((name) => !victims.includes(name)));
    // Where the worker died after it had moved the leader, the next attempt found nothing to move, and says nothing of it.
    const silent = reached.filter(({ type, place }) => type === 'moveEtcdLeader' && place !== 'before').map(({ workflowId }) => workflowId);
    const telling = victims.filter((name) => !silent.some((workflowId) => workflowId.endsWith(`/${name}/remove`)));
    expect(await movedFrom(telling)).toEqual(telling);
  };
  /** Those of them that led etcd when their removal came so far. */
  const movedFrom = async (machines: readonly string[]): Promise<readonly string[]> => {
    const dumps = decodePayloads(await dumpHistories(await installation.temporal(), `cluster/${cluster}/machine/`));
    const removals = z.array(z.object({ workflowId: z.string(), history: z.unknown() })).parse(dumps);
    return machines.filter((name) => removals.some(({ workflowId, history }) => workflowId.endsWith(`/${name}/remove`) && JSON.stringify(history).includes('movedTo')));
  };

  await stretch('1 → 3', () => killing(joinPhases, 0, () => scaleTo(3)));
  await stretch('3 → 5', () => killing(joinPhases, 1, () => scaleTo(5)));
  await stretch('the leader’s container removed by force, and replaced', async () => {
    const before = await controlPlane();
    const leader = await findEtcdLeader(before[0] ?? '');
    await docker.getContainer(leader).remove({ force: true });
    note(`docker rm -f ${leader}, which led etcd`);
    await installation.succeed(['delete', 'machine', leader, '--yes'], { timeoutMs: 8 * MINUTE });
    const after = await controlPlane();
    expect(after).toHaveLength(5);
    expect(after).not.toContain(leader);
  });
  await stretch('5 → 3', () => shrinkTo(3));
  await stretch('3 → 5, taken back at once', async () => {
    const before = await controlPlane();
    await installation.succeed(['scale', owner, '--replicas', '5', '--yes', '--detach']);
    await scaleTo(3);
    expect(await controlPlane()).toHaveLength(3);
    note(`of ${before.join(', ')} stayed ${(await controlPlane()).join(', ')}`);
  });
  await stretch('3 → 1', () => shrinkTo(1));

  const longest = writer.longestGapMs();
  const { acknowledged, lost } = await writer.stop();
  note(`${acknowledged} writes acknowledged, ${lost.length} lost, longest gap of all ${Math.round(longest)} ms`);
  expect(lost).toEqual([]);
  const { volumes } = await installationObjects(await installation.storeId());
  expect(volumes).toHaveLength(2);
  await installation.succeed(['delete', 'cluster', cluster, '--yes'], { timeoutMs: 3 * MINUTE });
  await expectGone(installation, cluster);
}, 60 * MINUTE);
