import { createHash } from 'node:crypto';
import type { BackupManifest, BackupPart, BackupSecrets, SnapshotFacts } from '../../domain/backup/backup-manifest.ts';
import { BACKUP_FORMAT_VERSION } from '../../domain/backup/backup-manifest.ts';
import { sayingsOf } from '../../domain/standing.ts';
import { ClusterNotFoundError } from '../request-errors.ts';
import type { TakenSnapshot } from '../seams/etcd-snapshots.ts';
import type { ClusterRecords } from '../store/cluster-records.ts';
import type { ClusterSecrets } from '../store/cluster-secrets.ts';

type HeldSecrets = Pick<ClusterSecrets, 'loadPki' | 'loadSshKey' | 'listReferenced' | 'ensureHostKey'>;

export type BackupContents = { readonly manifest: BackupManifest; readonly revisions: Buffer; readonly secrets: Buffer };

/** What the store knows of the cluster, as a backup holds it; the manifest lists its parts and those of the snapshot. */
export async function collectContents(request: {
  readonly uid: string;
  readonly id: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly taken: TakenSnapshot;
  readonly records: Pick<ClusterRecords, 'load' | 'listRevisions'>;
  readonly secrets: HeldSecrets;
}): Promise<BackupContents> {
  const { uid, id, createdAt, taken } = request;
  const record = await request.records.load(uid);
  if (record?.allocation === undefined) throw new ClusterNotFoundError(`the store has no complete record of cluster ${uid}. No backup was taken.`);
  const revisions = Buffer.from(JSON.stringify(await request.records.listRevisions(uid)));
  const secrets = Buffer.from(JSON.stringify(await collectSecrets(uid, record.machines, request.secrets)));
  const { identity: cluster, desired, allocation, machines, revision, version: recordVersion, createdAt: clusterCreatedAt } = record;
  const sayings = sayingsOf(record.standing ?? {});
  const parts: readonly BackupPart[] = [
    measure('revisions.json', revisions),
    measure('secrets.json', secrets),
    { path: 'control-plane-files.tar', ...taken.files },
    { path: 'etcd-snapshot.db', bytes: taken.etcd.bytes, sha256: taken.etcd.sha256 },
  ];
  const etcd: SnapshotFacts = taken.etcd;
  const manifest: BackupManifest = {
    formatVersion: BACKUP_FORMAT_VERSION,
    id,
    cluster,
    createdAt,
    kubernetesVersion: desired.controlPlane.version,
    etcd,
    host: allocation.host,
    allocation,
    endpoint: `https://${allocation.loadBalancerAddress}:${desired.network.apiServerPort}`,
    machines,
    desired,
    revision,
    recordVersion,
    clusterCreatedAt,
    ...(Object.keys(sayings).length === 0 ? {} : { sayings }),
    parts,
  };
  return { manifest, revisions, secrets };
}

async function collectSecrets(uid: string, machines: readonly { readonly uid: string }[], secrets: HeldSecrets): Promise<BackupSecrets> {
  const [pki, ssh, { interned, delivered }, hostKeys] = await Promise.all([
    secrets.loadPki(uid),
    secrets.loadSshKey(uid),
    secrets.listReferenced(uid),
    Promise.all(machines.map(async (machine) => [machine.uid, await secrets.ensureHostKey(uid, machine.uid)] as const)),
  ]);
  return {
    pki,
    ssh: { privateKey: ssh.privateKey, publicKey: ssh.publicKey },
    hostKeys: Object.fromEntries(hostKeys.map(([machine, { privateKey, publicKey }]) => [machine, { privateKey, publicKey }])),
    interned,
    delivered,
  };
}

function measure(path: BackupPart['path'], bytes: Uint8Array): BackupPart {
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
