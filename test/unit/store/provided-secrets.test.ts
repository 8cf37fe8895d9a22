import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCertificateAuthority } from '../../../activities/pki/certificate-authority.ts';
import { createClusterSecrets } from '../../../activities/store/cluster-secrets.ts';
import { openFileStore } from '../../../activities/store/file-store.ts';
import { createSecretBox } from '../../../activities/store/secret-box.ts';
import { loadStoreKey } from '../../../activities/store/store-key.ts';
import { temporaryDirectory } from './temporary-directory.ts';

async function openSecrets() {
  const folder = await temporaryDirectory();
  const store = await openFileStore(join(folder, 'store'));
  const secrets = createClusterSecrets({ store, box: createSecretBox(await loadStoreKey(join(folder, 'key.json'))) });
  const intern = async (plain: string) => ({ ref: await secrets.internSecret('uid-1', plain) });
  return { secrets, intern, identity: { installation: store.id, name: 'demo', uid: 'uid-1' } };
}

test('certificates of a manifest become the PKI, and what it lacks is made', async () => {
  const { secrets, intern, identity } = await openSecrets();
  const ca = await createCertificateAuthority({ commonName: 'mine', now: Date.now() });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pkcs8 = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const provided = {
    ca: { certificate: await intern(`\n${ca.certificatePem}\n\n`), privateKey: await intern(ca.privateKeyPem) },
    sa: { certificate: await intern('the public half'), privateKey: await intern(pkcs8) },
  };
  await secrets.ensure(identity, provided);
  const pki = await secrets.loadPki('uid-1');
  expect(pki.ca).toEqual(ca);
  // kubeadm's own forms, whatever came.
  expect(pki.serviceAccount.privateKeyPem).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/);
  expect(createPublicKey(pki.serviceAccount.publicKeyPem).equals(rsa.publicKey)).toBe(true);
  expect(pki.etcdCa.certificatePem).toContain('BEGIN CERTIFICATE');
  expect(pki.etcdCa.certificatePem).not.toBe(ca.certificatePem);
  // Whoever asks later, without knowing of them, gets the same.
  await secrets.ensure(identity);
  expect(await secrets.loadPki('uid-1')).toEqual(pki);
});

test('a Machine that is made first takes nothing from the certificates of the manifest', async () => {
  const { secrets, intern, identity } = await openSecrets();
  const line = await secrets.ensureSshKey(identity);
  const ca = await createCertificateAuthority({ commonName: 'mine', now: Date.now() });
  const keys = await secrets.ensure(identity, { ca: { certificate: await intern(ca.certificatePem), privateKey: await intern(ca.privateKeyPem) } });
  expect(keys.sshAuthorizedKey).toBe(line);
  expect((await secrets.loadPki('uid-1')).ca).toEqual(ca);
});

test('what is delivered is found by its reference, and is not looked for in output', async () => {
  const { secrets } = await openSecrets();
  const ref = await secrets.internSecret('uid-1', 'apiVersion: v1', 'delivered');
  const other = await secrets.internSecret('uid-1', 'a password');
  expect(ref).toBe(secrets.referenceTo('uid-1', 'apiVersion: v1'));
  expect(await secrets.resolveSecret(ref)).toBe('apiVersion: v1');
  expect(await secrets.resolveSecret(other)).toBe('a password');
  expect(await secrets.listInterned('uid-1')).toEqual(['a password']);
});
