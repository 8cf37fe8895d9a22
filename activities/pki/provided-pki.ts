import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { ProvidedKeyPair, ProvidedPki } from '../../api/desired-cluster.ts';
import type { CertificateAndKey } from './certificate-authority.ts';
import type { ClusterPki } from './cluster-pki.ts';

/** The parts of a PKI that a manifest brings, in clear; their pairs were checked when it was read. */
export async function resolvePki(provided: ProvidedPki, resolve: (ref: string) => Promise<string>): Promise<Partial<ClusterPki>> {
  const [ca, etcdCa, frontProxyCa, serviceAccount] = await Promise.all(
    [provided.ca, provided.etcd, provided.proxy, provided.sa].map((pair) => readPair(pair, resolve)),
  );
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(etcdCa === undefined ? {} : { etcdCa }),
    ...(frontProxyCa === undefined ? {} : { frontProxyCa }),
    ...(serviceAccount === undefined ? {} : { serviceAccount: serviceAccountKeys(serviceAccount.privateKeyPem) }),
  };
}

async function readPair(pair: ProvidedKeyPair | undefined, resolve: (ref: string) => Promise<string>): Promise<CertificateAndKey | undefined> {
  if (pair === undefined) return undefined;
  const read = async (value: ProvidedKeyPair['certificate']): Promise<string> => {
    if ('ref' in value) return `${(await resolve(value.ref)).trim()}\n`;
    throw new Error('a certificate of the manifest was not admitted: it is no reference');
  };
  return { certificatePem: await read(pair.certificate), privateKeyPem: traditionalKey(await read(pair.privateKey)) };
}

function serviceAccountKeys(privateKeyPem: string): ClusterPki['serviceAccount'] {
  return { privateKeyPem, publicKeyPem: createPublicKey(privateKeyPem).export({ format: 'pem', type: 'spki' }).toString() };
}

/** PKCS #1 or SEC 1, as kubeadm writes them itself: of an EC key client-go reads the public half of no other form. */
function traditionalKey(pem: string): string {
  const key = createPrivateKey(pem);
  return key.export({ format: 'pem', type: key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1' }).toString();
}
