import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { docker } from './harness/docker.ts';
import { expectSound } from './harness/expect-sound.ts';
import { getNodes, kubectlFor, type Kubectl } from './harness/kubectl.ts';
import { writeManifest } from './harness/manifest.ts';
import { note } from './harness/note.ts';
import { untilTrue } from './harness/until.ts';
import { useInstallation } from './harness/use-installation.ts';
import { getMachines } from './harness/views.ts';
import { writeSequence } from './harness/write-sequence.ts';

const MINUTE = 60_000;
const [from, to] = ['v1.33.13', 'v1.34.4'];
const installed = useInstallation('upgrade');
let cluster = '';

function ofVersion(version: string) {
  return { KubeadmControlPlane: { version }, MachineDeployment: { 'template.spec.version': version } };
}

async function versions(kubectl: Kubectl): Promise<readonly string[]> {
  return (await getNodes(kubectl)).map(({ status }) => status.nodeInfo.kubeletVersion);
}

test('a minor upgrade by replaced Machines, while a client writes all the time: nothing acknowledged is lost', async () => {
  const installation = installed();
  cluster = installation.clusterName('up');
  const before = await writeManifest(installation, { cluster, spec: ofVersion(from) });
  await installation.succeed(['apply', '-f', before, '--yes'], { timeoutMs: 4 * MINUTE });
  const kubectl = await kubectlFor(installation, cluster);
  expect(await versions(kubectl)).toEqual([from, from]);
  const old = (await getMachines(installation, cluster)).map(({ name }) => name);

  const after = await writeManifest(installation, { cluster, spec: ofVersion(to) });
  const foreseen = /take a backup[\s\S]*upload kubeadm's configuration[\s\S]*join the control plane[\s\S]*remove[\s\S]*upgrade CoreDNS and kube-proxy/;
  // Static Pods that have only just started are waited for, and a plan goes no further than that.
  const isForeseen = async (): Promise<boolean> => {
    const { code, stdout } = await installation.run(['plan', '-f', after]);
    return code === 1 && foreseen.test(stdout);
  };
  await untilTrue('a plan to its end', isForeseen, { everyMs: 1000 });

  const writer = writeSequence(join(installation.home.root, `${cluster}.kubeconfig`));
  onTestFinished(() => writer.abort());
  const startedAt = performance.now();
  await installation.succeed(['apply', '-f', after, '--yes'], { timeoutMs: 6 * MINUTE });
  note(`${from} → ${to}, 1 + 1: ${Math.round((performance.now() - startedAt) / 1000)} s, longest gap ${Math.round(writer.longestGapMs())} ms`);
  const { acknowledged, lost } = await writer.stop();
  expect(lost).toEqual([]);
  expect(acknowledged).toBeGreaterThan(100);

  const { machines } = await expectSound(installation, cluster);
  expect(machines.filter(({ name }) => old.includes(name))).toEqual([]);
  expect(await versions(kubectl)).toEqual([to, to]);
  expect(await kubectl('-n', 'kube-system', 'get', 'daemonset', 'kube-proxy', '-o', 'jsonpath={.spec.template.spec.containers[0].image}')).toContain(to);
}, 12 * MINUTE);

test('a cluster whose control plane is gone comes back from its backup, and an old kubeconfig still opens it', async () => {
  const installation = installed();
  const kubectl = await kubectlFor(installation, cluster);
  await kubectl('create', 'configmap', 'before', '--from-literal=word=here');
  const backup = (await installation.succeed(['backup', 'create', `cluster/${cluster}`])).trim();
  await kubectl('create', 'configmap', 'after', '--from-literal=word=gone');
  const machines = await getMachines(installation, cluster);
  const [lost] = machines.filter(({ role }) => role === 'control-plane').map(({ name }) => name);
  await docker.getContainer(lost ?? '').remove({ force: true, v: true });

  const startedAt = performance.now();
  const recovered = await installation.run(['recover', `cluster/${cluster}`, '--yes', '--reason', 'its machine is gone'], { timeoutMs: 6 * MINUTE });
  expect([recovered.code, recovered.stderr]).toEqual([0, expect.stringContaining(`backup ${backup} is whole`)]);
  note(`recovered 1 + 1 in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  const sound = await expectSound(installation, cluster);
  expect(sound.machines.map(({ name }) => name)).not.toContain(lost);
  expect(await kubectl('get', 'configmap', 'before', '-o', 'jsonpath={.data.word}')).toBe('here');
  await expect(kubectl('get', 'configmap', 'after')).rejects.toThrow(/NotFound/);
}, 10 * MINUTE);
