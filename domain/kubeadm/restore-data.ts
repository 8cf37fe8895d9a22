import type { Machine } from '../machine.ts';

/** Root's, 0700, and under /var, where there is room. */
export const restoreFolder = '/var/lib/slipway/restore';

export function deliveredSnapshotPath(backup: string): string {
  return `${restoreFolder}/${backup}/etcd-snapshot.db`;
}

/** Watchers that saw later revisions must not take these for the same (etcd's disaster recovery guide): more than any cluster writes meanwhile. */
const revisionBump = 1_000_000_000;

/**
 * etcd's data as the snapshot has it, for one member that is this Machine's, under its own name and peer
 * URL: no member of before is in it. Put in its place as a whole; data that is there stays, because the
 * member may have taken writes by then.
 */
export function restoreDataScript({ name, address }: Pick<Machine, 'name' | 'address'>, backup: string): readonly string[] {
  const peerUrl = `https://${address}:2380`;
  return [
    'if [ ! -d /var/lib/etcd/member ]; then',
    '  rm -rf /var/lib/etcd.restored',
    [
      `  etcdutl snapshot restore ${deliveredSnapshotPath(backup)} --data-dir /var/lib/etcd.restored`,
      `--name ${name} --initial-cluster ${name}=${peerUrl} --initial-advertise-peer-urls ${peerUrl}`,
      `--initial-cluster-token slipway-${backup} --bump-revision ${revisionBump} --mark-compacted`,
    ].join(' '),
    '  rm -rf /var/lib/etcd',
    '  mv /var/lib/etcd.restored /var/lib/etcd',
    'fi',
  ];
}
