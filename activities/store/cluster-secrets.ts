import { z } from 'zod';
import type { ClusterIdentity } from '../../domain/identity.ts';
import { publicKeyHash } from '../pki/certificate-authority.ts';
import { type ClusterPki, createClusterPki } from '../pki/cluster-pki.ts';
import type { Store } from '../seams/store.ts';
import { ClusterNotDeletedError, SecretBoxError, SecretNotFoundError } from './errors.ts';
import type { SecretBox } from './secret-box.ts';
import { createSecretValues } from './secret-values.ts';
import { createSshKey, type SshHostKey, sshFingerprint, type SshKey } from './ssh-keys.ts';
import { parseJson } from './store-json.ts';
import { clusterKey } from './store-keys.ts';
import { readDeletedAt } from './tombstones.ts';

/** What may be known of a cluster's secrets: fit for payloads and records. */
export type ClusterPublicKeys = {
  /** authorized_keys line of the cluster's SSH key. */
  readonly sshAuthorizedKey: string;
  /** "sha256:…" of the cluster CA's public key. */
  readonly caPublicKeyHash: string;
};

/** A cluster's secrets, encrypted in the store: each made once, by whoever asks first. */
export type ClusterSecrets = {
  /** Makes PKI and SSH key unless they exist. All callers end with the same. @throws ClusterDeletedError */
  ensure(identity: ClusterIdentity): Promise<ClusterPublicKeys>;
  /** @throws SecretNotFoundError */
  loadPki(uid: string): Promise<ClusterPki>;
  /** @throws SecretNotFoundError */
  loadSshKey(uid: string): Promise<SshKey>;
  /** The host key that a Machine gets at provisioning and is known by. @throws ClusterDeletedError */
  ensureHostKey(uid: string, machineUid: string): Promise<SshHostKey>;
  /**
   * Stores a text of a manifest and returns what workflows carry instead: "UID/fingerprint". The
   * same text gives the same reference, so an unchanged manifest stays unchanged.
   * @throws ClusterDeletedError
   */
  internSecret(uid: string, plain: string): Promise<string>;
  /** @throws SecretNotFoundError */
  resolveSecret(ref: string): Promise<string>;
  /** Every text of the cluster's manifests: what must be taken out of output. */
  listInterned(uid: string): Promise<readonly string[]>;
  /** Removes all of them, of a cluster marked as deleted. Records and journal stay. @throws ClusterNotDeletedError */
  deleteAll(uid: string): Promise<void>;
};

const REFERENCE = /^(?<uid>[a-z0-9-]{1,63})\/(?<fingerprint>[0-9a-f]{64})$/;

const certificateSchema = z.object({ certificatePem: z.string(), privateKeyPem: z.string() });
const pkiSchema = z.object({
  ca: certificateSchema,
  frontProxyCa: certificateSchema,
  etcdCa: certificateSchema,
  serviceAccount: z.object({ privateKeyPem: z.string(), publicKeyPem: z.string() }),
});
const sshSchema = z.object({ privateKey: z.string(), publicKey: z.string() });

export function createClusterSecrets(dependencies: {
  readonly store: Store;
  readonly box: SecretBox;
  /** Epoch milliseconds; the start of the certificates' validity. */
  readonly now?: () => number;
}): ClusterSecrets {
  const { store, now = Date.now } = dependencies;
  const values = createSecretValues(dependencies);
  return {
    async ensure({ uid, name }) {
      // One after the other: where the first is refused, nothing of the second is under way any more.
      const pki = await values.ensure({
        uid,
        key: pkiKey(uid),
        make: async () => JSON.stringify(await createClusterPki(now())),
      });
      const ssh = await values.ensure({
        uid,
        key: sshKey(uid),
        make: async () => JSON.stringify(createSshKey(`slipway-${name}`)),
      });
      return {
        sshAuthorizedKey: decode(sshSchema, ssh, sshKey(uid)).publicKey,
        caPublicKeyHash: publicKeyHash(decode(pkiSchema, pki, pkiKey(uid)).ca),
      };
    },
    loadPki: async (uid) => decode(pkiSchema, await values.load(pkiKey(uid)), pkiKey(uid)),
    loadSshKey: async (uid) => decode(sshSchema, await values.load(sshKey(uid)), sshKey(uid)),
    async ensureHostKey(uid, machineUid) {
      const key = clusterKey(uid, 'secrets', 'host-keys', machineUid);
      const make = async (): Promise<string> => JSON.stringify(createSshKey(machineUid));
      const host = decode(sshSchema, await values.ensure({ uid, key, make }), key);
      return { ...host, fingerprint: sshFingerprint(host.publicKey) };
    },
    async internSecret(uid, plain) {
      const fingerprint = dependencies.box.fingerprint(plain);
      await values.ensure({ uid, key: internedKey(uid, fingerprint), make: async () => plain });
      return `${uid}/${fingerprint}`;
    },
    async resolveSecret(ref) {
      const { uid, fingerprint } = REFERENCE.exec(ref)?.groups ?? {};
      // The text is not repeated: what is no reference may be a secret itself.
      if (uid === undefined || fingerprint === undefined) {
        throw new SecretNotFoundError('that is no reference to a secret');
      }
      return values.load(internedKey(uid, fingerprint));
    },
    async listInterned(uid) {
      const keys = await store.list(clusterKey(uid, 'secrets', 'interned', ''));
      return Promise.all(keys.map((key) => values.load(key)));
    },
    async deleteAll(uid) {
      if ((await readDeletedAt(store, uid)) === undefined) {
        throw new ClusterNotDeletedError(
          `cluster ${uid} is not marked as deleted: without its PKI nobody could reach it again. ` +
            'Nothing was changed. Mark it as deleted first.',
        );
      }
      const keys = await store.list(clusterKey(uid, 'secrets', ''));
      await Promise.all(keys.map((key) => store.delete(key)));
    },
  };
}

function decode<T>(schema: z.ZodType<T>, text: string, key: string): T {
  const decoded = schema.safeParse(parseJson(text));
  if (decoded.success) return decoded.data;
  throw new SecretBoxError(`the secret ${key} is not of a form that this Slipway knows; nothing was changed`);
}

function pkiKey(uid: string): string {
  return clusterKey(uid, 'secrets', 'pki');
}

function sshKey(uid: string): string {
  return clusterKey(uid, 'secrets', 'ssh');
}

function internedKey(uid: string, fingerprint: string): string {
  return clusterKey(uid, 'secrets', 'interned', fingerprint);
}
