import type { createBackupActivities } from '../../activities/backup-activities.ts';
import type { createBackupRequestActivities } from '../../activities/backup-request-activities.ts';
import type { createBackupScheduleActivities } from '../../activities/backup-schedule-activities.ts';
import type { ListedBackup } from '../../domain/backup/backup-view.ts';
import { desiredCluster } from './cluster-fixture.ts';

type Requests = ReturnType<typeof createBackupRequestActivities> & ReturnType<typeof createBackupScheduleActivities>;
type HostActivities = ReturnType<typeof createBackupActivities>;

const identity = { installation: 'test', name: 'kept', uid: 'uid-kept' };
const etcd = { version: '3.6.5', machine: 'kept-cp', revision: 1, hash: 'fec1a3b2', totalKeys: 1, bytes: 1, sha256: 'a' } as const;
const listed = (id: string): ListedBackup => ({
  formatVersion: 1,
  id,
  origin: 'manual',
  cluster: identity,
  createdAt: 0,
  kubernetesVersion: 'v1.34.4',
  etcd,
  writtenBy: 'test',
  compression: 'zstd',
  keyId: '0123456789abcdef',
  bytes: 1,
});

/** Activities about backups that answer at once, for histories of what workflows do with them. */
export function createFakeBackups(): { readonly control: Requests; readonly host: HostActivities } {
  const { infrastructure } = desiredCluster('kept', 1, 0).controlPlane;
  const place = { owner: 'kept', version: 'v1.34.4', infrastructure, address: '172.30.7.10', sshPort: 22_000 };
  const machine = { name: 'kept-cp', uid: 'uid-1', role: 'control-plane', ...place, phase: 'Running', createdAt: 0, phaseSince: 0 } as const;
  return {
    control: {
      findBackupSource: async () => ({ identity, host: 'local', machines: [machine], leaving: [], files: ['/etc/kubernetes'] }),
      listBackups: async () => ({ location: '/backups', backups: [], unreadable: [] }),
      observeBackups: async () => ({ count: 0, key: { keyId: '0123456789abcdef' } }),
      describeBackup: async ({ id }) => ({ backup: listed(id), location: '/backups' }),
      verifyBackup: async ({ id }) => ({ id, bytes: 1, parts: [], etcd, createdAt: 0, checkedInMs: 1 }),
      deleteBackup: async () => undefined,
      locateBackup: async () => ({ sealed: 'sealed location' }),
      pruneBackups: async () => ['20260101-000000-abcdef'],
      listBackupKeys: async () => [],
      exportBackupKeys: async () => ({ sealed: 'sealed keys' }),
      confirmBackupKeyExport: async () => undefined,
      rotateBackupKey: async () => [],
      syncBackupSchedule: async () => undefined,
      changeBackupSchedule: async () => undefined,
    },
    host: {
      chooseSnapshotMember: async () => ({ machine: 'kept-cp', reasons: ['healthy'] }),
      takeSnapshot: async () => ({ etcd, files: { bytes: 1, sha256: 'a' } }),
      uploadBackup: async ({ id }) => listed(id),
      discardSnapshot: async () => undefined,
    },
  };
}
