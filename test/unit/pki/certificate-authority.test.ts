import { createHash, createPrivateKey, createPublicKey, sign, verify, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import {
  certificateExpiry,
  createCertificateAuthority,
  createServiceAccountKeys,
  publicKeyHash,
} from '../../../activities/pki/certificate-authority.ts';
import { createClusterPki } from '../../../activities/pki/cluster-pki.ts';

const NOW = Date.UTC(2026, 10, 20, 12, 0, 0);

test("a CA has the fields of kubeadm's own", async () => {
  const ca = await createCertificateAuthority({ commonName: 'kubernetes', now: NOW });
  const certificate = new X509Certificate(ca.certificatePem);
  expect(certificate.subject).toBe('CN=kubernetes');
  expect(certificate.issuer).toBe('CN=kubernetes');
  expect(certificate.subjectAltName).toBe('DNS:kubernetes');
  expect(certificate.ca).toBe(true);
  expect(certificate.validFromDate).toEqual(new Date('2026-11-20T11:55:00Z'));
  expect(certificate.validToDate).toEqual(new Date('2036-11-17T12:00:00Z'));
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(ca.privateKeyPem))).toBe(true);
  expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  // keyUsage (2.5.29.15), critical: digitalSignature, keyEncipherment, keyCertSign and no other.
  expect(certificate.raw.includes(Buffer.from('0603551d0f0101ff0404030202a4', 'hex'))).toBe(true);
  // basicConstraints (2.5.29.19), critical: a CA without a path length.
  expect(certificate.raw.includes(Buffer.from('0603551d130101ff040530030101ff', 'hex'))).toBe(true);
});

test('key and certificate are files as kubeadm writes them', async () => {
  const ca = await createCertificateAuthority({ commonName: 'etcd-ca', now: NOW });
  expect(ca.certificatePem).toMatch(
    /^-----BEGIN CERTIFICATE-----\n(?:[A-Za-z0-9+/=]{1,64}\n)+-----END CERTIFICATE-----\n$/,
  );
  expect(ca.privateKeyPem).toMatch(
    /^-----BEGIN EC PRIVATE KEY-----\n(?:[A-Za-z0-9+/=]{1,64}\n)+-----END EC PRIVATE KEY-----\n$/,
  );
});

test('serial numbers are positive, of one length, and differ', async () => {
  const made = await Promise.all(
    Array.from({ length: 20 }, () => createCertificateAuthority({ commonName: 'x', now: NOW })),
  );
  const serials = made.map((ca) => new X509Certificate(ca.certificatePem).serialNumber);
  expect(new Set(serials).size).toBe(20);
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{15}$/);
});

test('a cluster has three CAs of their own and a pair for tokens', async () => {
  const pki = await createClusterPki(NOW);
  const names = [pki.ca, pki.frontProxyCa, pki.etcdCa].map((ca) => new X509Certificate(ca.certificatePem).subject);
  expect(names).toEqual(['CN=kubernetes', 'CN=front-proxy-ca', 'CN=etcd-ca']);
  const keys = [pki.ca, pki.frontProxyCa, pki.etcdCa, pki.serviceAccount].map(({ privateKeyPem }) => privateKeyPem);
  expect(new Set(keys).size).toBe(4);
});

test('what one half of the service account keys signs, the other verifies', () => {
  const { privateKeyPem, publicKeyPem } = createServiceAccountKeys();
  expect(privateKeyPem).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
  expect(publicKeyPem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
  const token = Buffer.from('header.payload');
  expect(verify('sha256', token, publicKeyPem, sign('sha256', token, privateKeyPem))).toBe(true);
});

test("the hash is of the public key, in kubeadm's form", async () => {
  const ca = await createCertificateAuthority({ commonName: 'kubernetes', now: NOW });
  const spki = createPublicKey(createPrivateKey(ca.privateKeyPem)).export({ format: 'der', type: 'spki' });
  expect(publicKeyHash(ca)).toBe(`sha256:${createHash('sha256').update(spki).digest('hex')}`);
});

test('tells when a certificate ends', async () => {
  const ca = await createCertificateAuthority({ commonName: 'kubernetes', now: NOW });
  expect(certificateExpiry(ca.certificatePem)).toBe(NOW + 3650 * 24 * 60 * 60 * 1000);
});
