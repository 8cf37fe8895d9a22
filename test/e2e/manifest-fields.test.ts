import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { createCertificateAuthority, createServiceAccountKeys } from '../../activities/pki/certificate-authority.ts';
import { haproxyImage } from '../../node-image/versions.mjs';
import { docker, readInside } from './harness/docker.ts';
import { expectSound } from './harness/expect-sound.ts';
import { kubectlFor } from './harness/kubectl.ts';
import { useInstallation } from './harness/use-installation.ts';

const MINUTE = 60_000;
const installed = useInstallation('manifest-fields');

/** The example, with certificates of its own and an image of this host. */
async function writeExample(cluster: string, file: string): Promise<void> {
  const example = await readFile(new URL('../../examples/every-option.yaml', import.meta.url), 'utf8');
  const ca = await createCertificateAuthority({ commonName: 'mine', now: Date.now() });
  const serviceAccount = createServiceAccountKeys();
  const pairs = [
    ['ca', ca.certificatePem, ca.privateKeyPem],
    ['sa', serviceAccount.publicKeyPem, serviceAccount.privateKeyPem],
  ] as const;
  const secrets = pairs.map(([purpose, certificate, key]) =>
    stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `${cluster}-${purpose}` },
      type: 'cluster.x-k8s.io/secret',
      stringData: { 'tls.crt': certificate, 'tls.key': key },
    }),
  );
  const preloading = example.replaceAll('every-option', cluster).replace('docker: {}', `docker: {preLoadImages: ["${haproxyImage}"]}`);
  await writeFile(file, [preloading.trimEnd(), ...secrets].join('\n---\n'));
}

const nodesSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()), annotations: z.record(z.string(), z.string()) }),
      spec: z.object({ taints: z.array(z.object({ key: z.string() })).default([]) }),
    }),
  ),
});

test('what the example asks for is so, on its machines and in its cluster', async () => {
  const installation = installed();
  const cluster = installation.clusterName('fields');
  const file = join(installation.home.root, `${cluster}.yaml`);
  await writeExample(cluster, file);
  await installation.succeed(['apply', '--yes', '-f', file], { timeoutMs: 5 * MINUTE });
  const { machines } = await expectSound(installation, cluster);
  const [controlPlane = '', worker = ''] = machines.map(({ name }) => name);
  const kubectl = await kubectlFor(installation, cluster);

  // Resources of the set, in the cluster; a Secret of them is encrypted by the file that came out of another Secret.
  expect(await kubectl('-n', 'apps', 'get', 'limitrange,secret', '-o', 'name')).toBe('limitrange/small\nsecret/registry\n');
  expect(await readInside(controlPlane, 'grep -c "identity: {}" /etc/kubernetes/encryption/config.yaml')).toBe('1');
  const scheduler = await kubectl('-n', 'kube-system', 'get', 'pod', '-l', 'component=kube-scheduler', '-o', 'yaml');
  expect(scheduler).toContain('example.com/patched: "yes"');

  // The certificates and the image that came along.
  expect(await readInside(controlPlane, 'openssl x509 -noout -subject -in /etc/kubernetes/pki/ca.crt')).toContain('CN = mine');
  expect(await readInside(worker, 'ctr --namespace k8s.io images ls -q')).toContain(haproxyImage);

  const { items } = nodesSchema.parse(JSON.parse(await kubectl('get', 'nodes', '-o', 'json')));
  // Kubernetes' own taints come and go with the Node's conditions, a moment after it is Ready.
  const own = items.map(({ spec, ...node }) => ({ ...node, spec: { ...spec, taints: spec.taints.filter(({ key }) => !key.startsWith('node.kubernetes.io/')) } }));
  const byRole = (role: string) => own.find(({ metadata }) => `node-role.kubernetes.io/${role}` in metadata.labels);
  expect(byRole('control-plane')).toMatchObject({
    metadata: {
      labels: { 'topology.kubernetes.io/zone': 'rack-a', 'node.cluster.x-k8s.io/pool': 'control' },
      annotations: { 'node.cluster.x-k8s.io/rack': '7', 'cluster.x-k8s.io/machine': controlPlane, 'cluster.x-k8s.io/owner-kind': 'KubeadmControlPlane' },
    },
    spec: { taints: [{ key: 'node-role.kubernetes.io/control-plane' }] },
  });
  expect(byRole('worker')).toMatchObject({
    metadata: { labels: { 'topology.kubernetes.io/zone': 'rack-b' }, annotations: { 'cluster.x-k8s.io/cluster-name': cluster } },
    spec: { taints: [{ key: 'example.com/warming-up' }] },
  });
  const { Config } = await docker.getContainer(worker).inspect();
  expect(Config.Labels['dev.slipway.failure-domain']).toBe('rack-b');

  const facts = [
    'findmnt --noheadings --output FSTYPE /var/lib/scratch',
    'cat /etc/example/packed.conf',
    'id -gn operator; id -nG operator; getent passwd operator | cut -d: -f5-7',
    "getent shadow operator retired | cut -d: -f1,2,8 | sed 's/\\$6\\$example\\$.*:/HASH:/'",
    `ls -d /run/${cluster}; systemctl is-enabled slipway-boot-commands`,
  ];
  expect(await readInside(worker, facts.join('; '))).toBe(
    [
      'tmpfs',
      'packed',
      'operators',
      'operators adm watchers',
      'The one who looks after this:/srv/operator:/bin/bash',
      'operator:HASH:',
      'retired:!:1',
      `/run/${cluster}`,
      'enabled',
    ].join('\n'),
  );
}, 6 * MINUTE);
