import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { createCertificateAuthority, createServiceAccountKeys, type CertificateAndKey } from '../../../activities/pki/certificate-authority.ts';
import { signClientCertificate } from '../../../activities/pki/client-certificate.ts';
import { describeProblem } from '../../../api/manifest-problem.ts';
import { parseManifest } from '../../../api/parse-manifest.ts';
import { collectSecrets } from '../../../api/secrets.ts';
import { parseGood } from './support/parse-good.ts';
import { secret, writeWith } from './support/provided-documents.ts';

const DAY = 24 * 3600 * 1000;
const now = Date.now();
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength, privateKeyEncoding: { type: 'pkcs1', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });

let ca: CertificateAndKey;
let other: CertificateAndKey;
let expired: CertificateAndKey;
let leaf: CertificateAndKey;
const serviceAccount = createServiceAccountKeys();

beforeAll(async () => {
  ca = await createCertificateAuthority({ commonName: 'mine', now });
  other = await createCertificateAuthority({ commonName: 'other', now });
  expired = await createCertificateAuthority({ commonName: 'old', now: now - 11 * 366 * DAY });
  leaf = await signClientCertificate({ ca, commonName: 'leaf', organizations: [], now, notAfter: now + DAY });
});

type Pair = readonly [certificate: string, key: string];
const pairOf = ({ certificatePem, privateKeyPem }: CertificateAndKey): Pair => [certificatePem, privateKeyPem];
const certificates = (purpose: string, [certificate, key]: Pair, rest: object = {}) =>
  secret(`demo-${purpose}`, { type: 'cluster.x-k8s.io/secret', stringData: { 'tls.crt': certificate, 'tls.key': key }, ...rest });
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe("a cluster's own certificates", () => {
  test('are taken, any of the four, and are secrets', () => {
    const { cluster, warnings } = parseGood(
      writeWith([
        certificates('ca', pairOf(ca)),
        secret('demo-etcd', { type: 'kubernetes.io/tls', data: { 'tls.crt': base64(other.certificatePem), 'tls.key': base64(other.privateKeyPem) } }),
        certificates('sa', [serviceAccount.publicKeyPem, serviceAccount.privateKeyPem]),
      ]),
    );
    expect(warnings).toEqual([]);
    expect(cluster.pki).toEqual({
      ca: { certificate: { plain: ca.certificatePem }, privateKey: { plain: ca.privateKeyPem } },
      etcd: { certificate: { plain: other.certificatePem }, privateKey: { plain: other.privateKeyPem } },
      sa: { certificate: { plain: serviceAccount.publicKeyPem }, privateKey: { plain: serviceAccount.privateKeyPem } },
    });
    expect(collectSecrets(cluster).map(({ path }) => path)).toEqual(['ca', 'etcd', 'sa'].flatMap((purpose) => [`pki.${purpose}.certificate`, `pki.${purpose}.privateKey`]));
  });

  test('may be RSA, on another curve, or an intermediate one with those above it', async () => {
    const { privateKey, publicKey } = rsa(2048);
    const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    const curve: Pair = [createPublicKey(p384.privateKey).export({ type: 'spki', format: 'pem' }).toString(), p384.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()];
    const chain: Pair = [`${ca.certificatePem}${other.certificatePem}`, ca.privateKeyPem];
    expect(parseGood(writeWith([certificates('sa', [publicKey, privateKey]), certificates('ca', chain)])).warnings).toEqual([]);
    expect(parseGood(writeWith([certificates('sa', curve)])).cluster.pki).toHaveProperty('sa');
  });

  test.for<readonly [string, () => readonly object[], RegExp]>([
    ['without their key', () => [secret('demo-ca', { stringData: { 'tls.crt': ca.certificatePem } })], /data\[tls\.key\]: Required value.*is missing: Slipway signs certificates of machines with it/],
    ['without the certificate', () => [secret('demo-ca', { stringData: { 'tls.key': ca.privateKeyPem } })], /data\[tls\.crt\]: Required value/],
    ['with the key of another', () => [certificates('ca', [ca.certificatePem, other.privateKeyPem])], /tls\.crt\]: Invalid value: \(hidden\): does not belong to tls\.key/],
    ['that are none of an authority', () => [certificates('proxy', pairOf(leaf))], /tls\.crt\]: .*is not the certificate of a certificate authority/],
    ['that have expired', () => [certificates('etcd', pairOf(expired))], /tls\.crt\]: .*expired at 20/],
    ['that are no PEM', () => [certificates('ca', ['canary', ca.privateKeyPem])], /tls\.crt\]: .*is not a certificate in PEM/],
    ['whose key is no PEM', () => [certificates('ca', [ca.certificatePem, 'canary'])], /tls\.key\]: .*is not an unencrypted private key in PEM/],
    ['whose key is a public one', () => [certificates('sa', [serviceAccount.publicKeyPem, serviceAccount.publicKeyPem])], /tls\.key\]: .*is not an unencrypted private key/],
    ['whose public half is the private one', () => [certificates('sa', [serviceAccount.privateKeyPem, serviceAccount.privateKeyPem])], /tls\.crt\]: .*is not a public key in PEM/],
    ['whose public half is that of another', () => [certificates('sa', [createServiceAccountKeys().publicKeyPem, serviceAccount.privateKeyPem])], /tls\.crt\]: .*does not belong to tls\.key/],
    ['that are weak', () => [certificates('sa', [rsa(1024).publicKey, rsa(1024).privateKey])], /tls\.key\]: .*is an RSA key of fewer than 2048 bits/],
    ['of a type of their own', () => [certificates('ca', pairOf(ca), { type: 'example.com/own' })], /type: Unsupported value.*use "cluster\.x-k8s\.io\/secret"/],
    ['of another cluster', () => [secret('other-ca', { stringData: { 'tls.crt': ca.certificatePem, 'tls.key': ca.privateKeyPem } })], /Unused document.*a cluster's certificates are called CLUSTER-ca/],
  ])('are refused %s', ([, documents, expected]) => {
    const result = parseManifest(writeWith(documents().map((document) => ({ ...document }))));
    const problems = result.ok ? [] : result.problems.map(describeProblem);
    expect(problems).toEqual([expect.stringMatching(expected)]);
    expect(JSON.stringify(result)).not.toMatch(/canary|-----|MII|MHc/);
  });
});
