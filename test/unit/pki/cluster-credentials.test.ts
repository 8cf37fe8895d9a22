import { X509Certificate } from 'node:crypto';
import { KubeConfig } from '@kubernetes/client-node';
import { expect, test } from 'vitest';
import { CertificateLifetimeError } from '../../../activities/pki/client-certificate.ts';
import { createCredentials } from '../../../activities/pki/cluster-credentials.ts';
import { createClusterPki } from '../../../activities/pki/cluster-pki.ts';
import { callTlsServer, startTlsServer } from './tls-server.ts';

const MINUTE = 60 * 1000;
const NOW = Date.now();

async function openCredentials() {
  const pki = await createClusterPki(NOW);
  const asked: string[] = [];
  const secrets = {
    async loadPki(uid: string) {
      asked.push(uid);
      return pki;
    },
  };
  return { pki, asked, credentials: createCredentials({ secrets, now: () => NOW }) };
}

function read(kubeconfig: string) {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  const [user, cluster] = [config.getCurrentUser(), config.getCurrentCluster()];
  const cert = decode(user?.certData);
  return {
    context: config.getCurrentContext(),
    server: cluster?.server,
    tlsServerName: cluster?.tlsServerName,
    ca: decode(cluster?.caData),
    client: { cert, key: decode(user?.keyData) },
    validToDate: new X509Certificate(cert).validToDate,
  };
}

function decode(data: string | undefined): string {
  return Buffer.from(data ?? '', 'base64').toString('utf8');
}

/** A certificate counts whole seconds. */
function wholeSecond(time: number): Date {
  return new Date(Math.floor(time / 1000) * 1000);
}

test('an administrator is in the group that kubeadm binds, and never in system:masters', async () => {
  const { credentials, pki, asked } = await openCredentials();
  const access = { server: 'https://127.0.0.1:36001', clusterName: 'demo', ttlHours: 8 };
  const admin = read(await credentials.adminKubeconfig('uid-1', access));
  expect(asked).toEqual(['uid-1']);
  expect(admin).toMatchObject({ context: 'kubernetes-admin@demo', server: access.server, ca: pki.ca.certificatePem });
  expect(admin.tlsServerName).toBeUndefined();
  expect(admin.validToDate).toEqual(wholeSecond(NOW + 8 * 60 * MINUTE));
  expect(new X509Certificate(admin.client.cert).toLegacyObject().subject).toEqual({
    CN: 'kubernetes-admin',
    O: 'kubeadm:cluster-admins',
  });
  const named = read(await credentials.adminKubeconfig('uid-1', { ...access, tlsServerName: 'kubernetes' }));
  expect(named.tlsServerName).toBe('kubernetes');
});

test('a person gets who was asked for, for as long as was asked for, under entries of its own', async () => {
  const { credentials } = await openCredentials();
  const access = {
    server: 'https://127.0.0.1:36001',
    entry: { cluster: 'slipway-demo', context: 'ada@slipway-demo', user: 'ada@slipway-demo' },
    extension: { uid: 'uid-1' },
  };
  const identity = { user: 'ada', groups: ['viewers', 'team:blue'] };
  const ada = read(await credentials.personKubeconfig('uid-1', { ...access, identity, lifetime: { ttlMs: 60 * MINUTE } }));
  expect(ada).toMatchObject({ context: 'ada@slipway-demo', server: access.server, validToDate: wholeSecond(NOW + 60 * MINUTE) });
  expect(new X509Certificate(ada.client.cert).toLegacyObject().subject).toEqual({ CN: 'ada', O: ['viewers', 'team:blue'] });
  const admin = read(await credentials.personKubeconfig('uid-1', { ...access, identity: 'administrator', lifetime: { ttlMs: 60 * MINUTE } }));
  expect(new X509Certificate(admin.client.cert).toLegacyObject().subject).toEqual({ CN: 'kubernetes-admin', O: 'kubeadm:cluster-admins' });
});

test('a lifetime that nobody asked for ends with the CA; one that was asked for is refused', async () => {
  const { credentials, pki } = await openCredentials();
  const access = {
    server: 'https://127.0.0.1:36001',
    entry: { cluster: 'c', context: 'c', user: 'c' },
    extension: {},
    identity: 'administrator' as const,
  };
  const century = 100 * 365 * 24 * 60 * MINUTE;
  const clamped = read(await credentials.personKubeconfig('uid-1', { ...access, lifetime: { atMostMs: century } }));
  expect(clamped.validToDate).toEqual(new X509Certificate(pki.ca.certificatePem).validToDate);
  await expect(credentials.personKubeconfig('uid-1', { ...access, lifetime: { ttlMs: century } })).rejects.toThrow(CertificateLifetimeError);
});

test('a joining machine is in the groups that kubeadm binds for joining, for minutes', async () => {
  const { credentials } = await openCredentials();
  const server = 'https://172.30.4.2:6443';
  const bootstrap = read(await credentials.bootstrapKubeconfig('uid-1', { server, ttlMinutes: 15 }));
  expect(bootstrap).toMatchObject({ context: 'system:bootstrap:slipway@kubernetes', server });
  expect(bootstrap.validToDate).toEqual(wholeSecond(NOW + 15 * MINUTE));
  expect(new X509Certificate(bootstrap.client.cert).toLegacyObject().subject).toEqual({
    CN: 'system:bootstrap:slipway',
    O: ['system:bootstrappers', 'system:bootstrappers:kubeadm:default-node-token'],
  });
});

test('both open the door of a server of that cluster', async () => {
  const { credentials, pki } = await openCredentials();
  const { port } = await startTlsServer(pki.ca);
  const server = `https://127.0.0.1:${port}`;
  const kubeconfigs = [
    await credentials.adminKubeconfig('uid-1', { server, clusterName: 'demo', ttlHours: 1 }),
    await credentials.bootstrapKubeconfig('uid-1', { server, ttlMinutes: 1 }),
  ];
  const answers: unknown[] = [];
  for (const kubeconfig of kubeconfigs) {
    const { ca, client } = read(kubeconfig);
    answers.push(await callTlsServer({ port, ca, client }));
  }
  expect(answers).toMatchObject([
    { refusal: null, subject: { CN: 'kubernetes-admin' } },
    { refusal: null, subject: { CN: 'system:bootstrap:slipway' } },
  ]);
});

test('no two kubeconfigs share a key', async () => {
  const { credentials } = await openCredentials();
  const access = { server: 'https://172.30.4.2:6443', ttlMinutes: 15 };
  const one = read(await credentials.bootstrapKubeconfig('uid-1', access));
  const other = read(await credentials.bootstrapKubeconfig('uid-1', access));
  expect(one.client.key).not.toBe(other.client.key);
});

test.each([0, -1, Number.NaN])('a lifetime of %d is refused', async (ttl) => {
  const { credentials } = await openCredentials();
  const server = 'https://172.30.4.2:6443';
  await expect(credentials.bootstrapKubeconfig('uid-1', { server, ttlMinutes: ttl })).rejects.toThrow(
    CertificateLifetimeError,
  );
  await expect(
    credentials.adminKubeconfig('uid-1', { server, clusterName: 'demo', ttlHours: ttl }),
  ).rejects.toThrow(CertificateLifetimeError);
});
