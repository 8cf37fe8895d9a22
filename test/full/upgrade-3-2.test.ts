import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { askService, type Asked } from '../e2e/harness/ask-service.ts';
import { readInside } from '../e2e/harness/docker.ts';
import { expectSound } from '../e2e/harness/expect-sound.ts';
import { getNodes, kubectlFor, type Kubectl } from '../e2e/harness/kubectl.ts';
import { writeManifest } from '../e2e/harness/manifest.ts';
import { note } from '../e2e/harness/note.ts';
import { applyServedWorkload, serviceUrl } from '../e2e/harness/served-workload.ts';
import { until } from '../e2e/harness/until.ts';
import { useInstallation } from '../e2e/harness/use-installation.ts';
import { getMachines } from '../e2e/harness/views.ts';
import { writeSequence } from '../e2e/harness/write-sequence.ts';

const MINUTE = 60_000;
const [from, to] = ['v1.33.13', 'v1.34.4'];
/** What an upgrade may cost those who use the cluster meanwhile. */
const budget = { failedRequests: 0, failedRequestsByName: 0, lostWrites: 0, apiGapMs: 3000 };
const installed = useInstallation('upgrade-full');

function ofVersion(version: string) {
  return { KubeadmControlPlane: { version }, MachineDeployment: { 'template.spec.version': version } };
}

const podsSchema = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string() }), spec: z.object({ containers: z.array(z.object({ image: z.string() })) }) })),
});

/** Images, each once, of the kube-system Pods that the selector chooses. */
async function imagesOf(kubectl: Kubectl, selector: string): Promise<readonly string[]> {
  const { items } = podsSchema.parse(JSON.parse(await kubectl('-n', 'kube-system', 'get', 'pods', '-l', selector, '-o', 'json')));
  return [...new Set(items.flatMap(({ spec }) => spec.containers.map(({ image }) => image.split('/').at(-1) ?? image)))].toSorted();
}

function tell(what: string, { requests, failed, longestGapMs }: Asked, allowed: number): void {
  note(`${what}: ${failed.length} of ${requests} requests failed (budget ${allowed}), longest gap ${Math.round(longestGapMs)} ms`);
  for (const { second, node, error } of failed.slice(0, 30)) note(`  after ${second} s by ${node}: ${error}`);
}

test('3 + 2 are upgraded while clients ask a Service and write to the API: what that costs them is within its budget', async () => {
  const installation = installed();
  const cluster = installation.clusterName('up32');
  const size = { cluster, controlPlanes: 3, workers: 2 };
  await installation.succeed(['apply', '-f', await writeManifest(installation, { ...size, spec: ofVersion(from) }), '--yes'], { timeoutMs: 12 * MINUTE });
  const kubectl = await kubectlFor(installation, cluster);
  const kubeconfigFile = join(installation.home.root, `${cluster}.kubeconfig`);
  const old = (await getMachines(installation, cluster)).map(({ name }) => name);
  const port = await applyServedWorkload(installation, kubectl);

  const outside = askService({ kubeconfigFile, port, path: '/', timeoutMs: 5000 });
  // A Pod is asked to ask: cluster DNS, then the Service's own address, from whatever Machine that Pod is on.
  const byName = askService({ kubeconfigFile, port, path: `/fetch?url=${encodeURIComponent(serviceUrl)}`, timeoutMs: 12_000 });
  const writer = writeSequence(kubeconfigFile);
  onTestFinished(() => [outside, byName, writer].forEach((client) => client.abort()));

  const startedAt = performance.now();
  await installation.succeed(['apply', '-f', await writeManifest(installation, { ...size, spec: ofVersion(to) }), '--yes'], { timeoutMs: 25 * MINUTE });
  const apiGapMs = writer.longestGapMs();
  note(`${from} → ${to}, 3 + 2: ${Math.round((performance.now() - startedAt) / 1000)} s`);
  const [asked, askedByName, written] = await Promise.all([outside.stop(), byName.stop(), writer.stop()]);
  tell('the Service, from outside', asked, budget.failedRequests);
  tell('the Service by its name, from a Pod', askedByName, budget.failedRequestsByName);
  note(`the API: ${written.acknowledged} writes, ${written.lost.length} lost (budget ${budget.lostWrites}), longest gap ${Math.round(apiGapMs)} ms (budget ${budget.apiGapMs} ms)`);

  const { machines } = await expectSound(installation, cluster);
  expect(machines.filter(({ name }) => old.includes(name))).toEqual([]);
  expect((await getNodes(kubectl)).map(({ status }) => status.nodeInfo.kubeletVersion)).toEqual(Array(5).fill(to));
  await expectNewAddons(kubectl, machines[0]?.name ?? '');

  // They were asked all the time, not only now and then.
  expect(Math.min(asked.requests, askedByName.requests, written.acknowledged)).toBeGreaterThan(500);
  expect(written.lost).toHaveLength(budget.lostWrites);
  expect(asked.failed.length).toBeLessThanOrEqual(budget.failedRequests);
  expect(askedByName.failed.length).toBeLessThanOrEqual(budget.failedRequestsByName);
  expect(apiGapMs).toBeLessThanOrEqual(budget.apiGapMs);
}, 45 * MINUTE);

/** All that kubeadm of the new version installs, in every Pod of it. */
async function expectNewAddons(kubectl: Kubectl, machine: string): Promise<void> {
  // The operation has waited for them; what came last has brought new Nodes, whose Pods start.
  for (const workload of ['daemonset/kube-proxy', 'deployment/coredns']) {
    await until(`${workload} to be rolled out`, () => kubectl('-n', 'kube-system', 'rollout', 'status', workload, '--timeout=10s'), { timeoutMs: MINUTE });
  }
  const wanted = (await readInside(machine, `kubeadm config images list --kubernetes-version ${to}`)).split('\n').map((image) => image.split('/').at(-1) ?? image);
  const ran = [...(await imagesOf(kubectl, 'tier=control-plane')), ...(await imagesOf(kubectl, 'k8s-app=kube-proxy')), ...(await imagesOf(kubectl, 'k8s-app=kube-dns'))];
  expect(ran.toSorted()).toEqual(wanted.filter((image) => !image.startsWith('pause:')).toSorted());
}
