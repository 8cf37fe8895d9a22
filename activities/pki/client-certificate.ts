// @peculiar/x509 needs it loaded first, for its side effect.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import { createPrivateKey, webcrypto, type KeyObject } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import {
  BACKDATE_MS,
  type CertificateAndKey,
  createSerialNumber,
  encodeCertificate,
  encodePrivateKey,
  firstCertificate,
  KEY_ALGORITHM,
} from './certificate-authority.ts';

/** A lifetime that is none, or that would outlast the CA. No certificate was made. */
export class CertificateLifetimeError extends Error {
  override readonly name = 'CertificateLifetimeError';
}

/**
 * A new key and a certificate for it with which a client proves who it is: Kubernetes takes the
 * common name for the user and the organizations for the user's groups.
 * `now` and `notAfter`: epoch milliseconds.
 * @throws CertificateLifetimeError
 */
export async function signClientCertificate(request: {
  readonly ca: CertificateAndKey;
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly now: number;
  readonly notAfter: number;
}): Promise<CertificateAndKey> {
  const issuer = new X509Certificate(firstCertificate(request.ca.certificatePem));
  assertLifetime(request, issuer.notAfter.getTime());
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: createSerialNumber(),
    issuer: issuer.subjectName,
    // Typed values, because the library takes quotes and a leading # in plain ones for syntax.
    subject: new Name([
      ...request.organizations.map((organization) => ({ O: [{ utf8String: organization }] })),
      { CN: [{ utf8String: request.commonName }] },
    ]),
    notBefore: new Date(request.now - BACKDATE_MS),
    notAfter: new Date(request.notAfter),
    publicKey: keys.publicKey,
    ...(await readSigningKey(request.ca.privateKeyPem)),
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      new BasicConstraintsExtension(false, undefined, true),
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificatePem: encodeCertificate(certificate), privateKeyPem: await encodePrivateKey(keys.privateKey) };
}

function assertLifetime(request: { readonly now: number; readonly notAfter: number }, caEnds: number): void {
  if (!Number.isFinite(request.notAfter) || request.notAfter <= request.now) {
    throw new CertificateLifetimeError('a client certificate must end after now; give a lifetime greater than zero');
  }
  if (request.notAfter <= caEnds) return;
  throw new CertificateLifetimeError(
    `a client certificate until ${new Date(request.notAfter).toISOString()} would outlast its CA, ` +
      `which ends at ${new Date(caEnds).toISOString()}; ask for a shorter lifetime`,
  );
}

/** A CA that a manifest brings may be RSA, or ECDSA on another curve than ours. */
async function readSigningKey(pem: string) {
  const key = createPrivateKey(pem);
  const signingAlgorithm = signatureOf(key);
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  return { signingKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, signingAlgorithm, false, ['sign']), signingAlgorithm };
}

const CURVES: Readonly<Record<string, { readonly namedCurve: string; readonly hash: string }>> = {
  secp384r1: { namedCurve: 'P-384', hash: 'SHA-384' },
  secp521r1: { namedCurve: 'P-521', hash: 'SHA-512' },
};

function signatureOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  if (asymmetricKeyType === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const curve = CURVES[asymmetricKeyDetails?.namedCurve ?? ''];
  return curve === undefined ? KEY_ALGORITHM : { name: 'ECDSA', ...curve };
}
