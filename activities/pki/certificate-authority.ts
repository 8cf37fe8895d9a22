// @peculiar/x509 needs it loaded first, for its side effect.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** ECDSA P-256 throughout; why that is safe stands at `createClusterPki`. */
export const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** kubeadm backdates by as much (constants.CertificateBackdate), for machines whose clocks are behind. */
export const BACKDATE_MS = 5 * 60 * 1000;

const CA_YEARS = 10;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A certificate with its private key, as the two files of kubeadm's certificate directory hold them. */
export type CertificateAndKey = {
  readonly certificatePem: string;
  /** SEC 1 ("EC PRIVATE KEY"), as kubeadm writes it. */
  readonly privateKeyPem: string;
};

/**
 * A self-signed CA with the fields that kubeadm gives its own (pkiutil.NewSelfSignedCACert, v1.34):
 * valid 10 years of 365 days, the common name also as DNS name.
 * `now`: epoch milliseconds.
 */
export async function createCertificateAuthority(request: {
  readonly commonName: string;
  readonly now: number;
}): Promise<CertificateAndKey> {
  const keys = await webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: createSerialNumber(),
    name: [{ CN: [request.commonName] }],
    notBefore: new Date(request.now - BACKDATE_MS),
    notAfter: new Date(request.now + CA_YEARS * 365 * DAY_MS),
    keys,
    signingAlgorithm: KEY_ALGORITHM,
    extensions: [
      new KeyUsagesExtension(
        KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment | KeyUsageFlags.keyCertSign,
        true,
      ),
      new BasicConstraintsExtension(true, undefined, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      new SubjectAlternativeNameExtension([{ type: 'dns', value: request.commonName }]),
    ],
  });
  return { certificatePem: encodeCertificate(certificate), privateKeyPem: await encodePrivateKey(keys.privateKey) };
}

/** Key pair for signing service account tokens; the public half in the form of kubeadm's sa.pub. */
export function createServiceAccountKeys(): { readonly privateKeyPem: string; readonly publicKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: KEY_ALGORITHM.namedCurve });
  return {
    privateKeyPem: privateKey.export({ format: 'pem', type: 'sec1' }).toString(),
    publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

/** "sha256:…" of the CA's public key, as kubeadm pins it for discovery (pubkeypin.Hash). */
export function publicKeyHash(ca: Pick<CertificateAndKey, 'certificatePem'>): string {
  const spki = createPublicKey(ca.certificatePem).export({ format: 'der', type: 'spki' });
  return `sha256:${createHash('sha256').update(spki).digest('hex')}`;
}

/** When a certificate ends, epoch milliseconds. */
export function certificateExpiry(certificatePem: string): number {
  return new X509Certificate(firstCertificate(certificatePem)).notAfter.getTime();
}

/** An intermediate CA comes with those above it: the first certificate is its own. */
export function firstCertificate(pem: string): string {
  return /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pem)?.[0] ?? pem;
}

export function encodeCertificate(certificate: X509Certificate): string {
  return `${certificate.toString('pem').trim()}\n`;
}

/**
 * PKCS #8 is what WebCrypto exports; SEC 1 is what kubeadm writes and the only form of an EC key
 * that client-go's ParsePublicKeysPEM accepts.
 */
export async function encodePrivateKey(key: webcrypto.CryptoKey): Promise<string> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const readable = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return readable.export({ format: 'pem', type: 'sec1' }).toString();
}

/** 62 random bits below a leading one, in hexadecimal: always positive and always the same length. */
export function createSerialNumber(): string {
  const bytes = Buffer.from(webcrypto.getRandomValues(new Uint8Array(8)));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
