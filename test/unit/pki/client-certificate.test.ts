import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCertificateAuthority } from '../../../activities/pki/certificate-authority.ts';
import { CertificateLifetimeError, signClientCertificate } from '../../../activities/pki/client-certificate.ts';
import { callTlsServer, startTlsServer } from './tls-server.ts';

const HOUR = 60 * 60 * 1000;
const NOW = Date.now();

async function makeClient(change: { readonly now?: number; readonly notAfter?: number } = {}) {
  const ca = await createCertificateAuthority({ commonName: 'kubernetes', now: NOW });
  const client = await signClientCertificate({
    ca,
    commonName: 'kubernetes-admin',
    organizations: ['kubeadm:cluster-admins', 'a, b+c="d"', '#0c01'],
    now: NOW,
    notAfter: NOW + HOUR,
    ...change,
  });
  return { ca, client, identity: { cert: client.certificatePem, key: client.privateKeyPem } };
}

test('names the user, the groups and the CA', async () => {
  const { ca, client } = await makeClient({ now: Date.UTC(2027, 0, 1), notAfter: Date.UTC(2027, 0, 1, 2) });
  const [certificate, issuer] = [new X509Certificate(client.certificatePem), new X509Certificate(ca.certificatePem)];
  expect(certificate.toLegacyObject().subject).toEqual({
    CN: 'kubernetes-admin',
    O: ['kubeadm:cluster-admins', 'a, b+c="d"', '#0c01'],
  });
  expect(certificate.checkIssued(issuer)).toBe(true);
  expect(certificate.verify(issuer.publicKey)).toBe(true);
  expect(certificate.ca).toBe(false);
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  expect(certificate.validFromDate).toEqual(new Date('2026-12-31T23:55:00Z'));
  expect(certificate.validToDate).toEqual(new Date('2027-01-01T02:00:00Z'));
  expect(certificate.checkPrivateKey(createPrivateKey(client.privateKeyPem))).toBe(true);
});

test('opens the door of a server that knows the CA, and no other', async () => {
  const { ca, identity } = await makeClient();
  const { port } = await startTlsServer(ca);
  const call = { port, ca: ca.certificatePem };
  expect(await callTlsServer({ ...call, client: identity })).toEqual({
    refusal: null,
    subject: { CN: 'kubernetes-admin', O: ['kubeadm:cluster-admins', 'a, b+c="d"', '#0c01'] },
  });
  expect((await callTlsServer(call)).refusal).not.toBeNull();
  const stranger = await makeClient();
  const refused = await callTlsServer({ ...call, client: stranger.identity });
  // The same name of the CA, another key.
  expect(refused.refusal).toMatch(/^(?:CERT_SIGNATURE_FAILURE|UNABLE_TO_.*)$/);
});

test('an expired certificate opens nothing', async () => {
  const { ca, identity } = await makeClient({ now: NOW - 2 * HOUR, notAfter: NOW - HOUR });
  const { port } = await startTlsServer(ca);
  const { refusal } = await callTlsServer({ port, ca: ca.certificatePem, client: identity });
  expect(refusal).toBe('CERT_HAS_EXPIRED');
});

test.each([0, -HOUR, Number.NaN, Number.POSITIVE_INFINITY])('refuses a lifetime of %d ms', async (lifetime) => {
  await expect(makeClient({ notAfter: NOW + lifetime })).rejects.toThrow(CertificateLifetimeError);
});

test('refuses to outlast the CA', async () => {
  const elevenYears = 11 * 365 * 24 * HOUR;
  await expect(makeClient({ notAfter: NOW + elevenYears })).rejects.toThrow('would outlast its CA');
});
