import type { BackupSchedule } from '../../api/backup-schedule.ts';
import type { PhaseRecord } from '../step.ts';
import type { BackupHeader } from './backup-manifest.ts';

/** A backup as it is listed: all that is known without its key. */
export type ListedBackup = Omit<BackupHeader, 'recipient'> & {
  readonly keyId: string;
  /** Of the object. */
  readonly bytes: number;
  /** What the last `verify` found wrong with it; absent where none has. */
  readonly damaged?: BackupDamage;
};

/** It stands beside the backup, so that all who read there know of it. */
export type BackupDamage = { /** Epoch milliseconds. */ readonly at: number; readonly reason: string };

/** An object that lies among the backups and is none, or not one that this version reads. */
export type UnreadableBackup = { readonly key: string; readonly reason: string };

export type BackupList = {
  /** Of the destination. */
  readonly location: string;
  /** The newest first. */
  readonly backups: readonly ListedBackup[];
  readonly unreadable: readonly UnreadableBackup[];
};

/** Where a schedule comes from: a manifest's takes the place of a command's, and only an apply changes it. */
export type ScheduleSource = 'manifest' | 'command';

export type BackupScheduleView = BackupSchedule & {
  readonly source: ScheduleSource;
  /** In the Web UI. */
  readonly scheduleId: string;
  readonly pausedNow: boolean;
  readonly note: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Epoch milliseconds, the next one first. */
  readonly next: readonly number[];
};

export type BackupKeyView = {
  readonly keyId: string;
  readonly createdAt: number;
  readonly isCurrent: boolean;
  readonly exported?: { readonly at: number; readonly actor: string };
};

/** What `verify` found; it fails where something is wrong. */
export type VerifiedBackup = {
  readonly id: string;
  readonly bytes: number;
  readonly parts: readonly { readonly path: string; readonly bytes: number }[];
  readonly etcd: BackupHeader['etcd'];
  readonly createdAt: number;
  /** Milliseconds that fetching, opening and checking took. */
  readonly checkedInMs: number;
  readonly restored?: RestoredSnapshot;
};

/** A snapshot that was restored into an etcd of its own, which then served it. */
export type RestoredSnapshot = {
  readonly etcdVersion: string;
  readonly revision: number;
  readonly totalKeys: number;
  /** Milliseconds from the snapshot's file to an etcd that answers. */
  readonly restoredInMs: number;
};

export type BackupResult = {
  readonly backup: ListedBackup;
  /** IDs of older ones that the schedule keeps no longer. */
  readonly removed: readonly string[];
};

/** What a backup under way answers. */
export type BackupProgress = { readonly id: string; readonly phases: readonly PhaseRecord[] };

/** What of a schedule is kept with the cluster, as a command wants it. */
export type ScheduleWish =
  | { readonly kind: 'set'; readonly schedule: BackupSchedule }
  | { readonly kind: 'remove' }
  | { readonly kind: 'pause'; readonly paused: boolean };

/** What is asked of Temporal's part of it. `settled`: not before it is as the cluster keeps it. */
export type ScheduleQuestion =
  | { readonly kind: 'show'; readonly settled?: true }
  | { readonly kind: 'remove' }
  | { readonly kind: 'pause'; readonly paused: boolean }
  | { readonly kind: 'trigger' };
