import type { DesiredCluster } from '../../api/desired-cluster.ts';
import type { ClusterAllocation } from '../network/cluster-network.ts';
import type { ClusterIdentity } from '../identity.ts';
import type { Machine } from '../machine.ts';
import type { Sayings } from '../standing.ts';

/** Grows when an older Slipway would misread a backup; it then refuses instead. */
export const BACKUP_FORMAT_VERSION = 1;

/** Scheduled ones come and go by the schedule's retention; one that a person asked for stays until a person deletes it. */
export type BackupOrigin = 'scheduled' | 'manual';

/** What may be known of a backup without its key: it stands in front of the object, in clear. */
export type BackupHeader = {
  readonly formatVersion: typeof BACKUP_FORMAT_VERSION;
  readonly id: string;
  readonly origin: BackupOrigin;
  readonly cluster: ClusterIdentity;
  /** Epoch milliseconds (workflow time) just before etcd's snapshot was taken: what was written later is not in it. */
  readonly createdAt: number;
  /** "v1.34.4", of the control plane. */
  readonly kubernetesVersion: string;
  readonly etcd: SnapshotFacts;
  /** Slipway's own. */
  readonly writtenBy: string;
  /** Of the tar archive that was sealed. */
  readonly compression: 'zstd';
  readonly recipient: {
    /** 16 hex digits: which backup key opens it. */
    readonly keyId: string;
    /** The object's own AES-256 key, sealed to that key (api/sealed-box.ts). */
    readonly sealedKey: string;
  };
};

/** What etcd says of a snapshot, and where it is from. */
export type SnapshotFacts = {
  /** "3.6.5" */
  readonly version: string;
  /** Machine whose member it was taken from. */
  readonly machine: string;
  /** etcd's revision: grows with each write. */
  readonly revision: number;
  /** etcd's own hash of its keys, as `etcdutl snapshot status` prints it: 8 hex digits. */
  readonly hash: string;
  readonly totalKeys: number;
  /** Of the snapshot's file. */
  readonly bytes: number;
  /** Hex, of the whole file. */
  readonly sha256: string;
};

/** One entry of the archive behind the manifest, in the archive's order. */
export type BackupPart = { readonly path: BackupPartPath; readonly bytes: number; /** Hex. */ readonly sha256: string };

/**
 *  revisions.json           every specification that was accepted (ClusterRevision[])
 *  secrets.json             PKI, SSH keys, the manifest's secrets (BackupSecrets)
 *  control-plane-files.tar  /etc/kubernetes and what the manifest wrote, of the Machine that the snapshot is from
 *  etcd-snapshot.db         etcd's own snapshot; the last one, and the largest
 */
export const BACKUP_PARTS = ['revisions.json', 'secrets.json', 'control-plane-files.tar', 'etcd-snapshot.db'] as const;
export type BackupPartPath = (typeof BACKUP_PARTS)[number];

/** The archive's first entry, "manifest.json": all that a recovery plans from. Holds no secret, but is sealed all the same. */
export type BackupManifest = Pick<BackupHeader, 'formatVersion' | 'id' | 'cluster' | 'createdAt' | 'kubernetesVersion' | 'etcd'> & {
  /** Provider host. */
  readonly host: string;
  /** Network and ports: the endpoint, and the addresses that certificates and etcd's peers have. */
  readonly allocation: ClusterAllocation;
  /** "https://172.30.4.2:6443": what kubeconfigs inside the cluster name. */
  readonly endpoint: string;
  /** All Machines with their addresses and ports. */
  readonly machines: readonly Machine[];
  /** Secrets stand in it as references; secrets.json has their texts. */
  readonly desired: DesiredCluster;
  readonly revision: number;
  /** Of the cluster's record in the store. */
  readonly recordVersion: number;
  /** Epoch milliseconds: when the cluster was. */
  readonly clusterCreatedAt: number;
  /** Pauses, approvals, overrides and a schedule of backups that was set by a command. Absent where there were none, and in backups of versions that did not write it. */
  readonly sayings?: Sayings;
  readonly parts: readonly BackupPart[];
};

/** The texts behind everything that other parts only refer to. */
export type BackupSecrets = {
  readonly pki: {
    readonly ca: KeyPair;
    readonly frontProxyCa: KeyPair;
    readonly etcdCa: KeyPair;
    readonly serviceAccount: { readonly privateKeyPem: string; readonly publicKeyPem: string };
  };
  /** OpenSSH, of the cluster. */
  readonly ssh: { readonly privateKey: string; readonly publicKey: string };
  /** OpenSSH, by the Machine's UID: by these a Machine that still runs is known. */
  readonly hostKeys: Readonly<Record<string, { readonly privateKey: string; readonly publicKey: string }>>;
  /** By reference, "UID/fingerprint", as `desired` and the revisions name them. */
  readonly interned: Readonly<Record<string, string>>;
  /** The same, of what ClusterResourceSets deliver. */
  readonly delivered: Readonly<Record<string, string>>;
};

type KeyPair = { readonly certificatePem: string; readonly privateKeyPem: string };
