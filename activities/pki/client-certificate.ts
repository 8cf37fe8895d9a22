// @peculiar/x509 needs it loaded first, for its side effect.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
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
  const issuer = new X509Certificate(request.ca.certificatePem);
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
    signingKey: await readSigningKey(request.ca.privateKeyPem),
    signingAlgorithm: KEY_ALGORITHM,
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

async function readSigningKey(pem: string): Promise<webcrypto.CryptoKey> {
  const pkcs8 = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
  return webcrypto.subtle.importKey('pkcs8', pkcs8, KEY_ALGORITHM, false, ['sign']);
}
