import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { renderKubeconfig } from '../../../activities/pki/kubeconfig.ts';

const golden = (name: string) => join(import.meta.dirname, '../../golden/pki', name);
const pem = (text: string) => `-----BEGIN ${text}-----\n${'QUJD'.repeat(16)}\n-----END ${text}-----\n`;

const content = {
  clusterName: 'demo',
  server: 'https://127.0.0.1:36001',
  caPem: pem('CERTIFICATE'),
  userName: 'kubernetes-admin',
  certificatePem: pem('CERTIFICATE'),
  privateKeyPem: pem('EC PRIVATE KEY'),
};

test('is rendered as it stands in the golden file', async () => {
  await expect(renderKubeconfig(content)).toMatchFileSnapshot(golden('kubeconfig.yaml'));
});

test('names the server where its certificate has another name', async () => {
  const rendered = renderKubeconfig({ ...content, tlsServerName: 'kubernetes' });
  await expect(rendered).toMatchFileSnapshot(golden('kubeconfig-tls-server-name.yaml'));
});

test('bears facts for tools, and entries of their own names', async () => {
  const extension = { cluster: 'demo', uid: 'uid-1' };
  const rendered = renderKubeconfig({ ...content, clusterName: 'slipway-demo', contextName: 'slipway-demo', userName: 'slipway-demo', extension });
  await expect(rendered).toMatchFileSnapshot(golden('kubeconfig-extension.yaml'));
});

test('a Kubernetes client reads all of it', () => {
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromString(renderKubeconfig({ ...content, tlsServerName: 'kubernetes' }));
  expect(kubeconfig.getCurrentContext()).toBe('kubernetes-admin@demo');
  expect(kubeconfig.getCurrentCluster()).toMatchObject({ server: content.server, tlsServerName: 'kubernetes' });
  expect(decode(kubeconfig.getCurrentCluster()?.caData)).toBe(content.caPem);
  expect(decode(kubeconfig.getCurrentUser()?.certData)).toBe(content.certificatePem);
  expect(decode(kubeconfig.getCurrentUser()?.keyData)).toBe(content.privateKeyPem);
});

test.each(['yes', '1e3', 'a: b', '# x', 'ü'])('the cluster name %j stays text', (clusterName) => {
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromString(renderKubeconfig({ ...content, clusterName }));
  expect(kubeconfig.getCurrentCluster()?.name).toBe(clusterName);
});

function decode(data: string | undefined): string {
  return Buffer.from(data ?? '', 'base64').toString('utf8');
}
