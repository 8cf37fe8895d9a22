// @peculiar/x509 needs it loaded first, for its side effect.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import { BasicConstraintsExtension, X509CertificateGenerator } from '@peculiar/x509';
import { expect, test } from 'vitest';
import { createCertificateAuthority } from '../../../activities/pki/certificate-authority.ts';
import { signClientCertificate } from '../../../activities/pki/client-certificate.ts';

const now = Date.now();
const sign = (ca: { readonly certificatePem: string; readonly privateKeyPem: string }) =>
  signClientCertificate({ ca, commonName: 'kubernetes-admin', organizations: ['kubeadm:cluster-admins'], now, notAfter: now + 3_600_000 });

async function authority(algorithm: webcrypto.RsaHashedKeyGenParams | (webcrypto.EcKeyGenParams & { readonly hash: string })) {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('privateKey' in keys)) throw new Error('no key pair');
  const certificate = await X509CertificateGenerator.createSelfSigned({ name: 'CN=mine', notAfter: new Date(now + 7_200_000), keys, signingAlgorithm: algorithm, extensions: [new BasicConstraintsExtension(true, undefined, true)] });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { certificatePem: certificate.toString('pem'), privateKeyPem: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n` };
}

test.each([
  ['RSA', { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }],
  ['P-256', { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }],
  ['P-384', { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' }],
  ['P-521', { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' }],
] as const)('a CA of a manifest may sign with %s', async (_name, algorithm) => {
  const ca = await authority(algorithm);
  const client = new X509Certificate((await sign(ca)).certificatePem);
  expect(client.verify(new X509Certificate(ca.certificatePem).publicKey)).toBe(true);
  expect(client.issuer).toBe('CN=mine');
});

test('of a CA with those above it the first signs', async () => {
  const [ca, root] = await Promise.all(['intermediate', 'root'].map((commonName) => createCertificateAuthority({ commonName, now })));
  const client = new X509Certificate((await sign({ certificatePem: `${ca?.certificatePem}${root?.certificatePem}`, privateKeyPem: ca?.privateKeyPem ?? '' })).certificatePem);
  expect(client.issuer).toBe('CN=intermediate');
});
