import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ProvidedPki } from '../../api/desired-cluster.ts';
import type { BackupSecrets } from '../../domain/backup/backup-manifest.ts';
import type { ClusterIdentity } from '../../domain/identity.ts';
import { publicKeyHash } from '../pki/certificate-authority.ts';
import { type ClusterPki, createClusterPki } from '../pki/cluster-pki.ts';
import { resolvePki } from '../pki/provided-pki.ts';
import type { Store } from '../seams/store.ts';
import { ClusterNotDeletedError, RecordConflictError, SecretBoxError, SecretNotFoundError } from './errors.ts';
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
  /**
   * Makes PKI and SSH key unless they exist; of the PKI only what is not provided (as references). All callers end with
   * the same. @throws ClusterDeletedError
   */
  ensure(identity: ClusterIdentity, provided?: ProvidedPki): Promise<ClusterPublicKeys>;
  /** Makes the SSH key alone unless it exists. @returns its authorized_keys line @throws ClusterDeletedError */
  ensureSshKey(identity: ClusterIdentity): Promise<string>;
  /** @throws SecretNotFoundError */
  loadPki(uid: string): Promise<ClusterPki>;
  /** @throws SecretNotFoundError */
  loadSshKey(uid: string): Promise<SshKey>;
  /** The host key that a Machine gets at provisioning and is known by. @throws ClusterDeletedError */
  ensureHostKey(uid: string, machineUid: string): Promise<SshHostKey>;
  /**
   * Stores a text of a manifest and returns what workflows carry instead: "UID/fingerprint". The
   * same text gives the same reference, so an unchanged manifest stays unchanged. `kept` as 'delivered':
   * of a ClusterResourceSet, hundreds of KiB that no Machine's commands see, and so not listed.
   * @throws ClusterDeletedError
   */
  internSecret(uid: string, plain: string, kept?: 'delivered'): Promise<string>;
  /** The reference that the text would get; nothing is stored. */
  referenceTo(uid: string, plain: string): string;
  /** @throws SecretNotFoundError */
  resolveSecret(ref: string): Promise<string>;
  /** Every text of the cluster's manifests, but what is delivered: what must be taken out of output. */
  listInterned(uid: string): Promise<readonly string[]>;
  /** All texts of the cluster's manifests by their references: for a backup. */
  listReferenced(uid: string): Promise<{ readonly interned: Readonly<Record<string, string>>; readonly delivered: Readonly<Record<string, string>> }>;
  /**
   * Stores those of a backup, under the same UID or, what is given of them, under another's. @returns the references of this store by those of the backup
   * @throws RecordConflictError where the cluster has other certificates or keys already
   */
  restore(uid: string, secrets: RestorableSecrets): Promise<ReadonlyMap<string, string>>;
  /** Removes all of them, of a cluster marked as deleted. Records and journal stay. @throws ClusterNotDeletedError */
  deleteAll(uid: string): Promise<void>;
};

/** What a cluster does not get from a backup it makes for itself. */
export type RestorableSecrets = Pick<BackupSecrets, 'interned' | 'delivered'> & Partial<Pick<BackupSecrets, 'pki' | 'ssh' | 'hostKeys'>>;

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
  const resolveSecret = async (ref: string): Promise<string> => {
    const { uid, fingerprint } = REFERENCE.exec(ref)?.groups ?? {};
    // The text is not repeated: what is no reference may be a secret itself.
    if (uid === undefined || fingerprint === undefined) throw new SecretNotFoundError('that is no reference to a secret');
    const delivered = deliveredKey(uid, fingerprint);
    return values.load((await store.get(delivered)) === undefined ? internedKey(uid, fingerprint) : delivered);
  };
  const internSecret: ClusterSecrets['internSecret'] = async (uid, plain, kept) => {
    const fingerprint = dependencies.box.fingerprint(plain);
    const key = kept === undefined ? internedKey(uid, fingerprint) : deliveredKey(uid, fingerprint);
    await values.ensure({ uid, key, make: async () => plain });
    return `${uid}/${fingerprint}`;
  };
  const ensureSshKey = async ({ uid, name }: ClusterIdentity): Promise<string> => {
    const make = async (): Promise<string> => JSON.stringify(createSshKey(`slipway-${name}`));
    return decode(sshSchema, await values.ensure({ uid, key: sshKey(uid), make }), sshKey(uid)).publicKey;
  };
  return {
    ensureSshKey,
    async ensure(identity, provided = {}) {
      const { uid } = identity;
      // One after the other: where the first is refused, nothing of the second is under way any more.
      const pki = await values.ensure({
        uid,
        key: pkiKey(uid),
        make: async () => JSON.stringify(await createClusterPki(now(), await resolvePki(provided, resolveSecret))),
      });
      return {
        sshAuthorizedKey: await ensureSshKey(identity),
        caPublicKeyHash: publicKeyHash(decode(pkiSchema, pki, pkiKey(uid)).ca),
      };
    },
    loadPki: async (uid) => decode(pkiSchema, await values.load(pkiKey(uid)), pkiKey(uid)),
    loadSshKey: async (uid) => decode(sshSchema, await values.load(sshKey(uid)), sshKey(uid)),
    async ensureHostKey(uid, machineUid) {
      const key = hostKey(uid, machineUid);
      const make = async (): Promise<string> => JSON.stringify(createSshKey(machineUid));
      const host = decode(sshSchema, await values.ensure({ uid, key, make }), key);
      return { ...host, fingerprint: sshFingerprint(host.publicKey) };
    },
    internSecret,
    referenceTo: (uid, plain) => `${uid}/${dependencies.box.fingerprint(plain)}`,
    resolveSecret,
    async listInterned(uid) {
      const keys = await store.list(clusterKey(uid, 'secrets', 'interned', ''));
      return Promise.all(keys.map((key) => values.load(key)));
    },
    async listReferenced(uid) {
      const read = async (kept: 'interned' | 'delivered'): Promise<Readonly<Record<string, string>>> => {
        const prefix = clusterKey(uid, 'secrets', kept, '');
        const keys = await store.list(prefix);
        return Object.fromEntries(await Promise.all(keys.map(async (key) => [`${uid}/${key.slice(prefix.length)}`, await values.load(key)] as const)));
      };
      const [interned, delivered] = await Promise.all([read('interned'), read('delivered')]);
      return { interned, delivered };
    },
    async restore(uid, { pki, ssh, hostKeys = {}, interned, delivered }) {
      const put = async (key: string, value: object): Promise<void> => {
        const stored: unknown = JSON.parse(await values.ensure({ uid, key, make: async () => JSON.stringify(value) }));
        if (!isDeepStrictEqual(stored, value)) throw new RecordConflictError(`the store has another ${key} than the backup. Nothing was changed. Look for a second cluster of that UID.`);
      };
      if (pki !== undefined) await put(pkiKey(uid), pki);
      if (ssh !== undefined) await put(sshKey(uid), ssh);
      for (const [machine, key] of Object.entries(hostKeys)) await put(hostKey(uid, machine), key);
      const references = new Map<string, string>();
      for (const [before, text] of Object.entries(interned)) references.set(before, await internSecret(uid, text));
      for (const [before, text] of Object.entries(delivered)) references.set(before, await internSecret(uid, text, 'delivered'));
      return references;
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

function hostKey(uid: string, machineUid: string): string {
  return clusterKey(uid, 'secrets', 'host-keys', machineUid);
}

function deliveredKey(uid: string, fingerprint: string): string {
  return clusterKey(uid, 'secrets', 'delivered', fingerprint);
}

function internedKey(uid: string, fingerprint: string): string {
  return clusterKey(uid, 'secrets', 'interned', fingerprint);
}
