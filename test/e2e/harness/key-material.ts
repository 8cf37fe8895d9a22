import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Installation } from './installation.ts';
import { needle, pemLines, type Needle } from './secret-search.ts';
import { openInstallationStore } from './store.ts';

const kubeconfigSchema = z.object({ users: z.array(z.object({ user: z.object({ 'client-key-data': z.base64() }) })) });
const storeKeySchema = z.object({ encryptionKey: z.base64(), sealingPrivateKey: z.base64() });

/** Every private key that the installation holds for a cluster, taken out of its encrypted store. */
export async function clusterKeyMaterial(
  installation: Installation,
  cluster: { readonly uid: string; readonly machineUids: readonly string[] },
): Promise<readonly Needle[]> {
  const { uid, machineUids } = cluster;
  const { secrets } = await openInstallationStore(installation);
  const pki = await secrets.loadPki(uid);
  const hostKeys = await Promise.all(machineUids.map((machineUid) => secrets.ensureHostKey(uid, machineUid)));
  return [
    ...privateKeyNeedles('ca.key', pki.ca.privateKeyPem),
    ...privateKeyNeedles('front-proxy-ca.key', pki.frontProxyCa.privateKeyPem),
    ...privateKeyNeedles('etcd/ca.key', pki.etcdCa.privateKeyPem),
    ...privateKeyNeedles('sa.key', pki.serviceAccount.privateKeyPem),
    ...pemNeedles('SSH key', (await secrets.loadSshKey(uid)).privateKey),
    ...hostKeys.flatMap(({ privateKey }, index) => pemNeedles(`SSH host key ${index + 1}`, privateKey)),
    ...(await storeKeyNeedles(installation)),
  ];
}

async function storeKeyNeedles({ home }: Installation): Promise<readonly Needle[]> {
  const key = storeKeySchema.parse(JSON.parse(await readFile(join(home.root, 'keys', 'store.json'), 'utf8')));
  return Object.entries(key).map(([name, base64]) => needle(`store key: ${name}`, Buffer.from(base64, 'base64')));
}

/** The client key of a kubeconfig. */
export function kubeconfigNeedles(name: string, kubeconfig: string): readonly Needle[] {
  const { users } = kubeconfigSchema.parse(parse(kubeconfig));
  return users.flatMap(({ user }) => privateKeyNeedles(`client key of ${name}`, Buffer.from(user['client-key-data'], 'base64').toString()));
}

/** A private key as PEM, line by line, and the secret number itself, whatever it is wrapped in. */
export function privateKeyNeedles(name: string, pem: string): readonly Needle[] {
  const { d = '' } = createPrivateKey(pem).export({ format: 'jwk' });
  return [...pemNeedles(name, pem), needle(`${name}: secret number`, Buffer.from(d, 'base64url'))];
}

function pemNeedles(name: string, pem: string): readonly Needle[] {
  const lines = pemLines(pem);
  if (lines.length === 0) throw new Error(`${name} is no PEM`);
  return lines.map((line, index) => needle(`${name}: line ${index + 1}`, line));
}
