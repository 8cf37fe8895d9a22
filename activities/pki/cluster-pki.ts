import {
  type CertificateAndKey,
  createCertificateAuthority,
  createServiceAccountKeys,
} from './certificate-authority.ts';

/** The four things that all control-plane machines of a cluster share. */
export type ClusterPki = {
  /** ca.crt, ca.key */
  readonly ca: CertificateAndKey;
  /** front-proxy-ca.crt, front-proxy-ca.key */
  readonly frontProxyCa: CertificateAndKey;
  /** etcd/ca.crt, etcd/ca.key */
  readonly etcdCa: CertificateAndKey;
  /** sa.key, sa.pub */
  readonly serviceAccount: { readonly privateKeyPem: string; readonly publicKeyPem: string };
};

/**
 * Makes a cluster's PKI before its first machine is up, so that no machine waits for another's.
 *
 * ECDSA P-256 is made in a millisecond, RSA 2048 in about a hundred each. It is safe because
 * kubeadm makes the same with `encryptionAlgorithm: ECDSA-P256` and reads either kind from disk
 * whatever that field says (v1.34: pkiutil.TryLoadKeyFromDisk, TryLoadPrivatePublicKeyFromDisk);
 * it then signs its own leaf certificates, RSA 2048 by default, with these CAs. The controller
 * manager signs with any crypto.Signer (signer/ca_provider.go), and service account tokens become
 * ES256 (serviceaccount.signerFromECDSAPrivateKey), which the API server checks against sa.pub.
 * `now`: epoch milliseconds. `provided`: what there is already and is taken as it is.
 */
export async function createClusterPki(now: number, provided: Partial<ClusterPki> = {}): Promise<ClusterPki> {
  const [ca, frontProxyCa, etcdCa] = await Promise.all([
    provided.ca ?? createCertificateAuthority({ commonName: 'kubernetes', now }),
    provided.frontProxyCa ?? createCertificateAuthority({ commonName: 'front-proxy-ca', now }),
    provided.etcdCa ?? createCertificateAuthority({ commonName: 'etcd-ca', now }),
  ]);
  return { ca, frontProxyCa, etcdCa, serviceAccount: provided.serviceAccount ?? createServiceAccountKeys() };
}
