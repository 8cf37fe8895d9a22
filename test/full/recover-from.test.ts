import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { toolPath } from '../../node-image/tool-paths.mjs';
import { askService } from '../e2e/harness/ask-service.ts';
import { expectGone, expectSound } from '../e2e/harness/expect-sound.ts';
import type { Interruption } from '../e2e/harness/interruptions.ts';
import { kubectlFor, type Kubectl } from '../e2e/harness/kubectl.ts';
import { writeManifest } from '../e2e/harness/manifest.ts';
import { note } from '../e2e/harness/note.ts';
import { removeMachines } from '../e2e/harness/remove-machines.ts';
import { expectSentinels, writeSentinels, writeTooLate } from '../e2e/harness/sentinels.ts';
import { untilTrue } from '../e2e/harness/until.ts';
import { useInstallation } from '../e2e/harness/use-installation.ts';
import { getCluster, getMachines } from '../e2e/harness/views.ts';
import { walkKills } from '../e2e/harness/walk-kills.ts';
import { applyWorkload } from '../e2e/harness/workload.ts';

const MINUTE = 60_000;
const installed = useInstallation('recover-from');
const seed = Number(process.env['SLIPWAY_TEST_SEED'] ?? randomInt(2 ** 31));
let old = '';
let uid = '';
/** Of the old cluster. */
let kubectl: Kubectl;
let port = 0;
let backup = '';
/** What somebody keeps outside of the cluster, and uses from there. */
let token = '';

const namesOf = async (cluster: string) => (await getMachines(installed(), cluster)).map(({ name }) => name);
const kubeconfigOf = (cluster: string) => join(installed().home.root, `${cluster}.kubeconfig`);
const decode = (base64: string) => Buffer.from(base64, 'base64').toString('utf8');
const tokenIn = async (of: Kubectl) => decode(await of('get', 'secret', 'outside', '-o', 'jsonpath={.data.token}'));

/** The credentials of one kubeconfig, or a token alone, against the server of another: "ok", or why not. */
async function enter(cluster: string, as: { readonly kubeconfig: string } | { readonly token: string }): Promise<string> {
  const { clusters } = z.object({ clusters: z.array(z.object({ cluster: z.looseObject({ server: z.string() }) })) }).parse(parse(await readFile(kubeconfigOf(cluster), 'utf8')));
  const users = 'token' in as ? [{ name: 'one', user: { token: as.token } }] : z.object({ users: z.array(z.unknown()) }).parse(parse(await readFile(as.kubeconfig, 'utf8'))).users;
  const user = z.object({ name: z.string() }).parse(users[0]).name;
  const file = join(installed().home.root, 'mixed.kubeconfig');
  const config = { apiVersion: 'v1', kind: 'Config', clusters: [{ name: 'one', cluster: clusters[0]?.cluster }], users, contexts: [{ name: 'one', context: { cluster: 'one', user } }], 'current-context': 'one' };
  await writeFile(file, JSON.stringify(config), { mode: 0o600 });
  const asked = promisify(execFile)(toolPath('kubectl'), ['auth', 'whoami', '-o', 'name'], { env: { ...installed().env, KUBECONFIG: file }, timeout: 30_000 });
  return asked.then(
    () => 'ok',
    (error: unknown) => (String(error).includes('Unauthorized') || String(error).includes('asked for the client to provide credentials') ? 'unauthorized' : String(error)),
  );
}

async function expectServing(cluster: string, of: Kubectl): Promise<void> {
  const startedAt = performance.now();
  await untilTrue('the Deployment to have a Pod on a Machine of its own', async () => {
    const names = await namesOf(cluster);
    const nodes = (await of('get', 'pods', '-l', 'app=guarded', '--field-selector=status.phase=Running', '-o', 'jsonpath={.items[*].spec.nodeName}')).split(' ');
    return nodes.length === 1 && names.includes(nodes[0] ?? '');
  }, { timeoutMs: 4 * MINUTE });
  await of('rollout', 'status', 'deployment/guarded', '--timeout=50s');
  note(`${cluster}: its Deployment was ready ${Math.round((performance.now() - startedAt) / 1000)} s after it was looked at`);
  for (const workload of ['deployment/coredns', 'daemonset/kube-proxy']) await of('-n', 'kube-system', 'rollout', 'status', workload, '--timeout=50s');
  await of('-n', 'kube-flannel', 'rollout', 'status', 'daemonset/flannel', '--timeout=50s');
  const client = askService({ kubeconfigFile: kubeconfigOf(cluster), port, path: '/', timeoutMs: 5000 });
  onTestFinished(() => client.abort());
  await new Promise((resolve) => setTimeout(resolve, 8000));
  const { requests, failed } = await client.stop();
  note(`${cluster}: ${requests} requests, ${failed.length} failed`);
  expect(requests).toBeGreaterThan(10);
  expect(failed).toEqual([]);
}

/** All that must be true of a cluster that was made from the backup. @returns its address inside its network */
async function expectMade(cluster: string): Promise<{ readonly of: Kubectl; readonly ca: string }> {
  const { uid: own, machines, kubectl: of } = await expectSound(installed(), cluster);
  expect(own).not.toBe(uid);
  expect(machines.every(({ name }) => name.startsWith(`${cluster}-`))).toBe(true);
  await expectSentinels(of);
  const read = (namespace: string, name: string, path: string) => of('-n', namespace, 'get', name, '-o', `jsonpath=${path}`);
  const configuration = z.object({ clusterName: z.string(), controlPlaneEndpoint: z.string() }).parse(parse(await read('kube-system', 'configmap/kubeadm-config', '{.data.ClusterConfiguration}')));
  expect(configuration.clusterName).toBe(cluster);
  const server = `https://${configuration.controlPlaneEndpoint}`;
  const reaches = z.object({ clusters: z.array(z.object({ cluster: z.looseObject({ server: z.string(), 'certificate-authority-data': z.string().optional() }) })) });
  const info = reaches.parse(parse(await read('kube-public', 'configmap/cluster-info', '{.data.kubeconfig}'))).clusters[0]?.cluster;
  expect(info?.server).toBe(server);
  expect(reaches.parse(parse(await read('kube-system', 'configmap/kube-proxy', '{.data.kubeconfig\\.conf}'))).clusters[0]?.cluster.server).toBe(server);
  expect(await read('kube-flannel', 'daemonset/flannel', '{.spec.template.spec.containers[0].env[?(@.name=="KUBERNETES_SERVICE_HOST")].value}')).toBe(new URL(server).hostname);
  const ca = decode(info?.['certificate-authority-data'] ?? '');
  await untilTrue('every Pod to be told the authority', async () => (await read('default', 'configmap/kube-root-ca.crt', '{.data.ca\\.crt}')).trim() === ca.trim());
  expect((await read('kube-system', 'configmap/extension-apiserver-authentication', '{.data.client-ca-file}')).trim()).toBe(ca.trim());
  await expectServing(cluster, of);
  return { of, ca };
}

test('while the old cluster answers nothing is made of its backup but a clone, and neither opens the other', async () => {
  const installation = installed();
  old = installation.clusterName('old');
  await installation.succeed(['apply', '-f', await writeManifest(installation, { cluster: old }), '--yes'], { timeoutMs: 6 * MINUTE });
  kubectl = await kubectlFor(installation, old);
  ({ uid } = await getCluster(installation, old));
  await applyWorkload(installation, kubectl);
  await kubectl('expose', 'deployment', 'guarded', '--port=80', '--target-port=8080', '--type=NodePort');
  port = Number(await kubectl('get', 'service', 'guarded', '-o', 'jsonpath={.spec.ports[0].nodePort}'));
  await writeSentinels(kubectl);
  const secret = join(installation.home.root, 'token.json');
  await writeFile(secret, JSON.stringify({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/service-account-token', metadata: { name: 'outside', annotations: { 'kubernetes.io/service-account.name': 'sentinel' } } }));
  await kubectl('apply', '-f', secret);
  await untilTrue('a token', async () => (token = await tokenIn(kubectl)) !== '');
  await kubectl('rollout', 'status', 'deployment/guarded', '--timeout=50s');
  backup = (await installation.succeed(['backup', 'create', old])).trim();
  await writeTooLate(kubectl);

  const clone = installation.clusterName('cpy');
  const refused = await installation.run(['recover', `cluster/${clone}`, '--from', `cluster/${old}`, '--yes']);
  expect([refused.code, refused.stderr]).toEqual([12, expect.stringMatching(/still answers.*nothing was made/s)]);
  for (const [args, code] of [[['--from', `cluster/${clone}`], 2], [['--from', '20200101-000000-abcdef'], 11]] as const) {
    expect((await installation.run(['recover', `cluster/${clone}`, ...args, '--yes'])).code).toBe(code);
  }
  await expectGone(installation, clone);

  const startedAt = performance.now();
  const made = await installation.run(['recover', `cluster/${clone}`, '--from', backup, '--allow-clone', '--yes'], { timeoutMs: 8 * MINUTE });
  expect([made.code, made.stderr]).toEqual([0, expect.stringMatching(/certificate authorities and service-account keys are new/)]);
  note(`a clone of 1 + 1 beside its original: ${Math.round((performance.now() - startedAt) / 1000)} s`);
  const { of, ca } = await expectMade(clone);
  const again = await installation.run(['recover', `cluster/${clone}`, '--from', backup, '--allow-clone', '--yes']);
  expect([again.code, again.stderr]).toEqual([12, expect.stringContaining('already')]);

  expect(ca).not.toBe(await kubectl('-n', 'default', 'get', 'configmap', 'kube-root-ca.crt', '-o', 'jsonpath={.data.ca\\.crt}'));
  await untilTrue('a token of its own', async () => ![token, ''].includes(await tokenIn(of)));
  const other = await tokenIn(of);
  const opened = await Promise.all([enter(old, { token }), enter(clone, { token: other })]);
  expect(opened).toEqual(['ok', 'ok']);
  for (const [cluster, as] of [[clone, { token }], [old, { token: other }], [clone, { kubeconfig: kubeconfigOf(old) }], [old, { kubeconfig: kubeconfigOf(clone) }]] as const) expect(await enter(cluster, as)).toBe('unauthorized');
  // The original has not noticed anything.
  await expectSound(installation, old);
  expect(await kubectl('get', 'configmap', 'too-late', '-o', 'jsonpath={.data.word}')).toBe('gone');
  await installation.succeed(['delete', 'cluster', clone, '--yes'], { timeoutMs: 3 * MINUTE });
}, 20 * MINUTE);

const moments: readonly Omit<Interruption, 'signal' | 'afterMs'>[] = [
  { type: 'seedNewCluster', place: 'during' },
  { type: 'deliverSnapshot', place: 'after' },
  { type: 'runKubeadm', withArguments: '"stage":"restore"', place: 'during' },
  { type: 'moveEndpoint', place: 'after' },
  { type: 'deleteLostNodes', place: 'before' },
];
const kills = moments.map((moment, index): Interruption => ({ ...moment, signal: 'SIGKILL', afterMs: 20 + ((seed >> index) % 1500) }));

test('once the old one is gone a new cluster takes its place, whoever is killed meanwhile: same data, same keys, other Machines', async () => {
  const installation = installed();
  note(`seed ${seed} (SLIPWAY_TEST_SEED repeats it)`);
  const lost = await namesOf(old);
  const nodes = (await kubectl('get', 'nodes', '-o', 'name')).trim().split('\n');
  await removeMachines(lost);
  const name = installation.clusterName('new');
  const startedAt = performance.now();
  const reached = await walkKills(installation, kills, async () => {
    const { stderr } = await installation.run(['recover', `cluster/${name}`, '--from', `cluster/${old}`, '--yes', '--detach'], { timeoutMs: 3 * MINUTE });
    expect(stderr).toMatch(new RegExp(`does not answer at .*${old} stays under management here.*operation ${name}-recover-1 started`, 's'));
    const isDone = async (): Promise<boolean> => {
      const { operation } = await getCluster(installation, name);
      if (operation?.phase === 'Blocked') throw new Error(`Blocked: ${JSON.stringify(operation.evidence)}`);
      return operation?.phase === 'Succeeded';
    };
    await untilTrue('the recovery to end', isDone, { timeoutMs: 10 * MINUTE, everyMs: 1000 });
  });
  note(`1 + 1 onto new Machines, ${kills.length} workers killed: ${Math.round((performance.now() - startedAt) / 1000)} s`);
  expect(reached).toHaveLength(kills.length);
  const { of } = await expectMade(name);
  expect((await of('get', 'nodes', '-o', 'name')).trim().split('\n').filter((node) => nodes.includes(node))).toEqual([]);
  // What opened the old one opens it.
  expect(await enter(name, { token })).toBe('ok');
  expect(await enter(name, { kubeconfig: kubeconfigOf(old) })).toBe('ok');

  // It is a cluster as any other from here on, and the old one can go.
  await installation.succeed(['delete', 'cluster', old, '--yes'], { timeoutMs: 3 * MINUTE });
  await installation.succeed(['scale', `machinedeployment/${name}-md-0`, '--cluster', name, '--replicas', '2', '--yes'], { timeoutMs: 4 * MINUTE });
  await installation.succeed(['backup', 'verify', name, (await installation.succeed(['backup', 'create', name])).trim()]);
  await expectSound(installation, name);
  await expectServing(name, of);
  await installation.succeed(['delete', 'cluster', name, '--yes'], { timeoutMs: 3 * MINUTE });
  await expectGone(installation, name);
}, 25 * MINUTE);
