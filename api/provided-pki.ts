import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { PkiPurpose } from './pki-purposes.ts';
import type { Wrong } from './validation/wrong.ts';

export const CERTIFICATE_KEY = 'tls.crt';
export const PRIVATE_KEY_KEY = 'tls.key';

const MIN_RSA_BITS = 2048;
const CURVES = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** Something wrong with one of the two texts; what is said never quotes them. */
type Finding = Wrong & { readonly key: typeof CERTIFICATE_KEY | typeof PRIVATE_KEY_KEY };

/**
 * Whether a pair can be what the Secret's name says: a certificate authority with its own key, or, for "sa", the two
 * halves of the key that signs service account tokens. Of several certificates the first one counts.
 * `now`: epoch milliseconds.
 */
export const checkKeyPair = (pair: {
  readonly purpose: PkiPurpose;
  readonly certificate: string;
  readonly privateKey: string;
  readonly now: number;
}): Finding | undefined => {
  const key = readPrivateKey(pair.privateKey);
  if (key === undefined) {
    return { key: PRIVATE_KEY_KEY, message: 'is not an unencrypted private key in PEM', expected: 'write the text of the key file, from BEGIN to END' };
  }
  const weakness = findWeakness(key);
  if (weakness !== undefined) return { key: PRIVATE_KEY_KEY, message: weakness, expected: 'use RSA of 2048 bits or more, or ECDSA on P-256, P-384 or P-521' };
  return pair.purpose === 'sa' ? checkPublicHalf(pair.certificate, key) : checkAuthority({ ...pair, key });
};

const checkPublicHalf = (text: string, key: KeyObject): Finding | undefined => {
  const half = readPublicKey(text);
  const what = { key: CERTIFICATE_KEY, expected: 'write the public half of tls.key: "openssl pkey -in sa.key -pubout"' } as const;
  if (half === undefined) return { ...what, message: 'is not a public key in PEM' };
  return createPublicKey(key).equals(half) ? undefined : { ...what, message: 'does not belong to tls.key' };
};

const checkAuthority = ({ certificate: text, key, now }: { readonly certificate: string; readonly key: KeyObject; readonly now: number }): Finding | undefined => {
  const what = { key: CERTIFICATE_KEY, expected: "write a certificate authority's certificate and its own key" } as const;
  const certificate = readCertificate(text);
  if (certificate === undefined) return { ...what, message: 'is not a certificate in PEM' };
  if (!certificate.ca) return { ...what, message: 'is not the certificate of a certificate authority' };
  if (!certificate.checkPrivateKey(key)) return { ...what, message: 'does not belong to tls.key' };
  const [starts, ends] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (now < starts) return { ...what, message: `is not valid before ${new Date(starts).toISOString()}` };
  return now < ends ? undefined : { ...what, message: `expired at ${new Date(ends).toISOString()}`, expected: 'write one that is still valid' };
};

const findWeakness = (key: KeyObject): string | undefined => {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return modulusLength < MIN_RSA_BITS ? `is an RSA key of fewer than ${MIN_RSA_BITS} bits` : undefined;
  if (key.asymmetricKeyType === 'ec') return CURVES.has(namedCurve) ? undefined : 'is on a curve that kubeadm does not take';
  return 'is of a kind that kubeadm does not take';
};

/** The libraries' own messages are dropped: they may quote what they were given. */
const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const readPrivateKey = (pem: string): KeyObject | undefined => (pem.includes('PRIVATE KEY-----') ? attempt(() => createPrivateKey(pem)) : undefined);
const readCertificate = (pem: string): X509Certificate | undefined => attempt(() => new X509Certificate(pem));
const readPublicKey = (pem: string): KeyObject | undefined =>
  pem.includes('PRIVATE KEY') ? undefined : attempt(() => createPublicKey(pem));
