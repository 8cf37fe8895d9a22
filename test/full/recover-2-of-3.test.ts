import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { askService } from '../e2e/harness/ask-service.ts';
import { expectSound } from '../e2e/harness/expect-sound.ts';
import type { Interruption } from '../e2e/harness/interruptions.ts';
import { kubectlFor, type Kubectl } from '../e2e/harness/kubectl.ts';
import { writeManifest } from '../e2e/harness/manifest.ts';
import { note } from '../e2e/harness/note.ts';
import { removeMachines } from '../e2e/harness/remove-machines.ts';
import { expectSentinels, writeSentinels, writeTooLate } from '../e2e/harness/sentinels.ts';
import { applyServedWorkload } from '../e2e/harness/served-workload.ts';
import { timeRecovery } from '../e2e/harness/time-recovery.ts';
import { untilTrue } from '../e2e/harness/until.ts';
import { useInstallation } from '../e2e/harness/use-installation.ts';
import { getCluster, getMachines } from '../e2e/harness/views.ts';
import { walkKills } from '../e2e/harness/walk-kills.ts';

const MINUTE = 60_000;
const installed = useInstallation('recover-full');
const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? randomInt(2 ** 31));
let cluster = '';
/** Its kubeconfig is that of before everything. */
let kubectl: Kubectl;
let port = 0;
let backup = '';

const controlPlane = async () => (await getMachines(installed(), cluster)).filter(({ role }) => role === 'control-plane').map(({ name }) => name);
const workers = async () => (await getMachines(installed(), cluster)).filter(({ role }) => role === 'worker').map(({ name }) => name);

/** The Service by each worker, over new connections, and its Pods by name: as long as it takes for all of that to be right. */
async function expectServing(): Promise<void> {
  await kubectl('rollout', 'status', 'deployment/web', '--timeout=50s');
  const client = askService({ kubeconfigFile: join(installed().home.root, `${cluster}.kubeconfig`), port, path: '/', timeoutMs: 5000 });
  onTestFinished(() => client.abort());
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const { requests, failed } = await client.stop();
  expect(requests).toBeGreaterThan(10);
  expect(failed).toEqual([]);
}

/** All that must be true when a recovery has ended, of a cluster whose old control plane was `lost`. */
async function expectRecovered(lost: readonly string[], stayed: readonly string[]): Promise<void> {
  const { machines } = await expectSound(installed(), cluster);
  expect(machines.filter(({ name }) => lost.includes(name))).toEqual([]);
  expect(machines.filter(({ role }) => role === 'control-plane')).toHaveLength(3);
  expect(await workers()).toEqual(stayed);
  await expectSentinels(kubectl);
  await expectServing();
}

test('two of three control planes are lost for good: the cluster comes back as the backup has it, and serves meanwhile', async () => {
  const installation = installed();
  cluster = installation.clusterName('rec');
  const manifest = await writeManifest(installation, { cluster, controlPlanes: 3, workers: 2 });
  await installation.succeed(['apply', '-f', manifest, '--yes'], { timeoutMs: 6 * MINUTE });
  kubectl = await kubectlFor(installation, cluster);
  const kubeconfigFile = join(installation.home.root, `${cluster}.kubeconfig`);
  port = await applyServedWorkload(installation, kubectl);
  await writeSentinels(kubectl);
  backup = (await installation.succeed(['backup', 'create', cluster])).trim();
  const { createdAt } = z.object({ createdAt: z.string() }).parse(JSON.parse(await installation.succeed(['backup', 'describe', cluster, backup, '-o', 'json'])));
  await writeTooLate(kubectl);
  const seen = (await kubectl('get', 'configmap', 'too-late', '-o', 'jsonpath={.metadata.resourceVersion}')).trim();
  const [lost, stayed] = [await controlPlane(), await workers()];
  const client = askService({ kubeconfigFile, port, path: '/', timeoutMs: 5000 });
  onTestFinished(() => client.abort());

  await removeMachines(lost.slice(1));
  const recovered = await timeRecovery({ what: 'in place, 3 + 2', installation, cluster, kubectl, lost, members: 3 }, () =>
    installation.run(['recover', `cluster/${cluster}`, '--yes', '--reason', 'two machines burnt'], { timeoutMs: 10 * MINUTE }),
  );
  expect([recovered.code, recovered.stderr]).toEqual([0, expect.stringContaining(`backup ${backup} is whole`)]);
  expect(recovered.stderr).toContain(`everything written to the API after ${createdAt.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}`);
  for (const name of lost) expect(recovered.stderr).toMatch(new RegExp(`control-plane Machines .*${name}.* are put out of service`));
  const { requests, failed, longestGapMs } = await client.stop();
  note(`the Service meanwhile: ${failed.length} of ${requests} requests failed, longest gap ${Math.round(longestGapMs)} ms`);
  await expectRecovered(lost, stayed);
  // A watcher that saw what is lost is told to read anew, instead of waiting for revisions that mean something else now.
  await expect(kubectl('get', '--raw', `/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=5&resourceVersion=${seen}`)).resolves.toMatch(/"code":410|too old resource version/);
  expect(failed).toEqual([]);
}, 20 * MINUTE);

test('another worker joins what came back, and its kubeconfig is the one of before', async () => {
  const installation = installed();
  const owner = `machinedeployment/${cluster}-md-0`;
  await installation.succeed(['scale', owner, '--cluster', cluster, '--replicas', '3', '--yes'], { timeoutMs: 4 * MINUTE });
  expect(await workers()).toHaveLength(3);
  await expectSound(installation, cluster);
  const again = join(installation.home.root, 'again.kubeconfig');
  await installation.succeed(['get', 'kubeconfig', cluster, '-f', again]);
  await expectServing();
}, 6 * MINUTE);

/** Between its steps and in their midst. */
const moments: readonly Omit<Interruption, 'signal' | 'afterMs'>[] = [
  { type: 'stopControlPlane', place: 'after' },
  { type: 'deliverSnapshot', place: 'during' },
  { type: 'runKubeadm', withArguments: '"stage":"restore"', place: 'during' },
  { type: 'deleteLostNodes', place: 'before' },
  { type: 'runKubeadm', withArguments: '"stage":"etcd"', place: 'during' },
];
const kills = moments.map((moment, index): Interruption => ({ ...moment, signal: 'SIGKILL', afterMs: 20 + ((seed >> index) % 1500) }));

test('it converges although the worker is killed between its steps and in them; who came after the backup goes', async () => {
  const installation = installed();
  note(`seed ${seed} (SLIPWAY_TEST_SEED repeats it)`);
  await writeTooLate(kubectl);
  const [lost, before] = [await controlPlane(), await workers()];
  const nodes = (await kubectl('get', 'nodes', '-o', 'name')).trim().split('\n');
  await removeMachines(lost.slice(0, 2));
  const reached = await timeRecovery({ what: `with ${kills.length} killed workers`, installation, cluster, kubectl, lost, members: 3 }, () =>
    walkKills(installation, kills, async () => {
      await installation.succeed(['recover', cluster, '--backup', backup, '--yes', '--detach'], { timeoutMs: 2 * MINUTE });
      const isDone = async (): Promise<boolean> => {
        const { operation } = await getCluster(installation, cluster);
        if (operation?.phase === 'Blocked') throw new Error(`Blocked: ${JSON.stringify(operation.evidence)}`);
        return operation?.verb === 'recover' && operation.phase === 'Succeeded' && (await controlPlane()).every((name) => !lost.includes(name));
      };
      await untilTrue('the recovery to end', isDone, { timeoutMs: 12 * MINUTE, everyMs: 1000 });
    }),
  );
  expect(reached).toHaveLength(kills.length);
  expect(nodes).toHaveLength(6);
  // The backup knows two workers; the third, which came later, is made anew or gone, as its manifest had it.
  const stayed = (await workers()).filter((name) => before.includes(name));
  expect(stayed).toHaveLength(2);
  await expectRecovered(lost, stayed);
  const another = await installation.run(['recover', cluster, '--backup', '20260101-000000-aaaaaa', '--yes']);
  expect(another.code).toBe(11);
}, 20 * MINUTE);
