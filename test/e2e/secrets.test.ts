import { createPublicKey, randomBytes } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createCanaries, type Canaries } from './harness/canaries.ts';
import { collectSources } from './harness/collect-sources.ts';
import { readInside } from './harness/docker.ts';
import { expectSound } from './harness/expect-sound.ts';
import { clusterKeyMaterial, kubeconfigNeedles } from './harness/key-material.ts';
import { writeManifest } from './harness/manifest.ts';
import { note } from './harness/note.ts';
import { sampleProcesses } from './harness/sample-processes.ts';
import { encodings, needle, search, source } from './harness/secret-search.ts';
import { openInstallationStore } from './harness/store.ts';
import { useInstallation } from './harness/use-installation.ts';
import { watchPending } from './harness/watch-pending.ts';

const MINUTE = 60_000;
const installed = useInstallation('secrets');

/** What a join was done with is removed by its last command: this one comes before it. */
const keepDiscovery = 'install -m 0600 /var/lib/slipway/bootstrap/discovery.conf /root/kept-discovery.conf';

function bootstrapSecrets(canaries: Canaries, who: string) {
  return {
    files: [
      { path: '/etc/e2e/token', permissions: '0600', content: canaries.word(`${who} file`) },
      { path: '/etc/e2e/text', content: `password: ${canaries.sentence(`${who} file with signs`)}\n` },
      { path: '/etc/e2e/tls.key', permissions: '0600', content: canaries.privateKey(`${who} private key in a file`) },
      { path: '/etc/e2e/from', permissions: '0600', contentFrom: { secret: { name: 'e2e-values', key: `${who}-file`.replaceAll(' ', '-') } } },
      { path: '/etc/e2e/encoded', encoding: 'base64', content: Buffer.from(canaries.word(`${who} base64 file`)).toString('base64') },
    ],
    users: [{ name: 'e2e-operator', passwd: canaries.passwordHash(`${who} password`), groups: 'adm' }],
    bootCommands: [`BOOT=${canaries.word(`${who} boot command`)}; test -n "$BOOT"`],
    preKubeadmCommands: [`TOKEN=${canaries.word(`${who} command before`)}; test -n "$TOKEN"`],
    postKubeadmCommands: [
      `printf %s '${canaries.word(`${who} command after`)}' > /etc/e2e/after`,
      ...(who === 'worker' ? [keepDiscovery] : []),
    ],
  };
}

const secret = (name: string, type: string, stringData: Readonly<Record<string, string>>) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name }, type, stringData });

/** Secrets that the manifest refers to, that are delivered to the cluster, and that become its PKI. */
function secretDocuments(canaries: Canaries, cluster: string): string {
  const key = canaries.privateKey('provided key for service accounts');
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  const delivered = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'delivered' }, stringData: { token: canaries.word('delivered secret') } };
  const values = Object.fromEntries(['control-plane', 'worker', 'failing'].map((who) => [`${who}-file`, canaries.word(`${who} file out of a Secret`)]));
  const documents = [
    secret('e2e-values', 'Opaque', values),
    secret('e2e-delivered', 'addons.cluster.x-k8s.io/resource-set', { 'secret.yaml': stringify(delivered) }),
    secret(`${cluster}-sa`, 'cluster.x-k8s.io/secret', { 'tls.crt': publicKey, 'tls.key': key }),
    {
      apiVersion: 'addons.cluster.x-k8s.io/v1beta2',
      kind: 'ClusterResourceSet',
      metadata: { name: 'e2e' },
      spec: { clusterSelector: { matchExpressions: [{ key: 'unlabelled', operator: 'DoesNotExist' }] }, resources: [{ kind: 'Secret', name: 'e2e-delivered' }] },
    },
  ];
  return documents.map((document) => `---\n${stringify(document)}`).join('');
}

test('no secret of a manifest, and no key of a cluster, is ever in clear', async () => {
  const installation = installed();
  const cluster = installation.clusterName('sec');
  const canaries = createCanaries();
  const control = `control${randomBytes(9).toString('hex')}`;
  const worker = Object.entries(bootstrapSecrets(canaries, 'worker')).map(([field, value]) => [`template.spec.${field}`, value]);
  const manifest = await writeManifest(installation, {
    cluster,
    spec: {
      KubeadmControlPlane: { kubeadmConfigSpec: bootstrapSecrets(canaries, 'control plane') },
      KubeadmConfigTemplate: Object.fromEntries(worker),
    },
  });
  await appendFile(manifest, secretDocuments(canaries, cluster));
  const processes = await sampleProcesses(installation);
  const pending = watchPending(await installation.temporal());

  await installation.succeed(['apply', '--yes', '-f', manifest, '--reason', control], { timeoutMs: 8 * MINUTE });
  const { uid, machines } = await expectSound(installation, cluster);
  const [controlPlane = '', workerMachine = ''] = machines.map(({ name }) => name);
  note('the cluster is there; asking for what passes secrets on');
  expect(await installation.succeed(['ssh', workerMachine, '--', 'hostname'])).toContain(workerMachine);
  await installation.succeed(['logs', controlPlane, '--unit', 'containerd']);
  for (const format of ['json', 'yaml']) {
    await installation.succeed(['get', 'clusters', '-o', format]);
    await installation.succeed(['describe', 'cluster', cluster, '-o', format]);
  }
  await refuseManifests(canaries, cluster);
  await failWithSecrets(canaries, cluster);
  const seen = [
    ...(await collectSources(installation)),
    source('process list', await processes.stop()),
    source('pending activities', await pending.stop()),
  ];

  // They did reach the machines: a secret that was dropped on the way is not one that was kept.
  expect(await readInside(workerMachine, 'cat /etc/e2e/token /etc/e2e/from /etc/e2e/encoded /etc/e2e/after')).toMatch(/^(canary\w+){4}$/);
  expect(await readInside(controlPlane, 'getent shadow e2e-operator')).toMatch(/^e2e-operator:!\$6\$canary/);
  const used = [
    ...canaries.needles(),
    ...(await clusterKeyMaterial(installation, { uid, machineUids: await machineUids() })),
    ...kubeconfigNeedles('the issued kubeconfig', await readFile(join(installation.home.root, `${cluster}.kubeconfig`), 'utf8')),
    ...kubeconfigNeedles('the kubeconfig of the join', await readInside(workerMachine, 'cat /root/kept-discovery.conf')),
    needle('the token that kubeadm init insists on', await readInside(controlPlane, "sed -n 's/.*token: //p' /var/lib/slipway/bootstrap/kubeadm.yaml")),
  ];
  note(`looking for ${used.length} secrets in ${seen.length} places, ${megabytes(seen)} MB`);
  expect(search(seen, used)).toEqual([]);

  expectControls();

  /** The search bites: what is no secret is found, in every kind of place and in the forms that occur there. */
  function expectControls(): void {
    const hits = search(seen, [needle('reason', control), needle('cluster', cluster), needle('Machine', workerMachine), needle('failed command', 'this command fails')]);
    expect(hits).toEqual(
      expect.arrayContaining([
        'reason as plain in histories, decoded',
        expect.stringMatching(/^reason as base64\+\d in histories$/),
        expect.stringMatching(/^reason as plain in database temporal\.db/),
        'reason as plain in process list',
        expect.stringMatching(/^cluster as plain in store data\/clusters/),
        'failed command as plain in log worker.log',
        'failed command as plain in histories, decoded',
        'failed command as plain in current details',
        'failed command as plain in output of apply --yes',
        expect.stringMatching(/^cluster as plain in container /),
        expect.stringMatching(/^Machine as plain in journal of /),
        'Machine as plain in output of describe cluster',
        'Machine as plain in pending activities',
      ]),
    );
  }

  async function machineUids(): Promise<readonly string[]> {
    const { store } = await openInstallationStore(installation);
    const keys = await store.list(`clusters/${uid}/secrets/host-keys/`);
    expect(keys).toHaveLength(machines.length);
    return keys.map((key) => key.split('/').at(-1) ?? '');
  }
}, 12 * MINUTE);

/** Manifests that are wrong exactly where a secret stands, and in fields that Slipway does not take. */
async function refuseManifests(canaries: Canaries, cluster: string): Promise<void> {
  const installation = installed();
  const wrong = {
    files: [
      { path: '/etc/a', encoding: 'gzip', content: canaries.word('refused compressed file') },
      { path: '/etc/b', encoding: 'base64', content: canaries.sentence('refused base64 file') },
      { path: '/etc/c', permissions: '9', content: canaries.privateKey('refused private key') },
    ],
    users: [
      { name: 'root', passwd: canaries.passwordHash('refused password hash') },
      { name: 'other', passwd: canaries.word('refused plain password'), sshAuthorizedKeys: [canaries.privateKey('private key given as public')] },
    ],
    preKubeadmCommands: [`\0${canaries.word('refused command')}`],
    initConfiguration: { bootstrapTokens: [{ token: canaries.word('refused bootstrap token') }], certificateKey: canaries.word('refused certificate key') },
    joinConfiguration: { discovery: { bootstrapToken: { token: canaries.word('refused discovery token') }, tlsBootstrapToken: canaries.word('refused TLS token') } },
  };
  const manifest = await writeManifest(installation, { cluster: `${cluster}-x`, spec: { KubeadmControlPlane: { kubeadmConfigSpec: wrong } } });
  const refused = await installation.run(['apply', '--yes', '-f', manifest]);
  expect(refused.code).toBe(10);
  expect(refused.stderr).toMatch(/passwd[\s\S]*bootstrapTokens|bootstrapTokens[\s\S]*passwd/);
  const broken = join(installation.home.root, 'broken.yaml');
  await writeFile(broken, `${await readFile(manifest, 'utf8')}\n  passwd: "${canaries.word('secret in broken YAML')}\n  }: [`);
  expect((await installation.run(['apply', '--yes', '-f', broken])).code).toBe(10);
}

/** A command that shows all it knows, and fails: its last lines go into an error, a log and a history. */
async function failWithSecrets(canaries: Canaries, cluster: string): Promise<void> {
  const installation = installed();
  const failing = {
    ...bootstrapSecrets(canaries, 'failing'),
    preKubeadmCommands: [
      `echo "password: ${canaries.word('printed password')}"`,
      `echo ${canaries.word('printed word')}`,
      'cat /etc/e2e/token /etc/e2e/text /etc/e2e/from /etc/e2e/encoded /etc/e2e/tls.key',
      'echo this command fails >&2; exit 3',
    ],
  };
  const manifest = await writeManifest(installation, { cluster: `${cluster}-f`, workers: 0, spec: { KubeadmControlPlane: { kubeadmConfigSpec: failing } } });
  await appendFile(manifest, secretDocuments(canaries, `${cluster}-f`));
  const failed = await installation.run(['apply', '--yes', '-f', manifest, '--on-failure', 'retain'], { timeoutMs: 4 * MINUTE });
  expect([failed.code, failed.stderr]).toEqual([31, expect.stringContaining('this command fails')]);
  await installation.succeed(['describe', 'cluster', `${cluster}-f`]);
}

test('the search finds each form of a secret, whatever stands around it', () => {
  const value = 'p@ss "wörd" 100% \\o/ a+b & c?';
  const wanted = needle('it', value);
  const texts = {
    plain: value,
    json: JSON.stringify({ nested: JSON.stringify({ value }) }),
    url: new URL(`http://host/?q=${encodeURIComponent(value)}`).href,
    form: new URLSearchParams({ q: value }).toString().replaceAll('%27', "'"),
    hex: Buffer.from(`xx${value}yy`).toString('hex'),
    ...Object.fromEntries(['', 'x', 'xy', 'xyz'].flatMap((before) => ['', 'z', 'zz'].map((after) => [`base64 ${before}/${after}`, Buffer.from(`${before}${value}${after}`).toString('base64')]))),
    url64: Buffer.from(`?>${value}`).toString('base64url'),
  };
  const missed = Object.entries(texts).filter(([name, text]) => search([source(name, text)], [wanted]).length === 0);
  expect(missed.map(([name]) => name)).toEqual([]);
  expect(encodings(Buffer.from(value)).length).toBeGreaterThan(8);
  expect(search([source('other', 'nothing of it')], [wanted])).toEqual([]);
});

function megabytes(sources: readonly { readonly bytes: Buffer }[]): string {
  return (sources.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1_000_000).toFixed(1);
}
