import { proxyActivities } from '@temporalio/workflow';
import type { createBackupRequestActivities } from '../activities/backup-request-activities.ts';
import type { createBackupScheduleActivities } from '../activities/backup-schedule-activities.ts';
import type { BackupFacts } from '../domain/backup/backup-health.ts';
import type { BackupKeyView, BackupList, BackupScheduleView, ListedBackup, VerifiedBackup } from '../domain/backup/backup-view.ts';
import { interactive, quick, transferOnce } from './activity-options.ts';
import type {
  BackupReference,
  BackupsInput,
  ConfirmKeyExportInput,
  ExportBackupKeysInput,
  LocateBackupInput,
  ObserveBackupsInput,
  ScheduleInput,
  SealedAnswer,
  VerifyBackupInput,
} from './contracts.ts';

/** Short workflows by which the CLI has something done with backups, their keys and schedules. Each is one activity. */

type Requests = ReturnType<typeof createBackupRequestActivities>;

const now = proxyActivities<Requests>(interactive);
const { changeBackupSchedule: changeSchedule } = proxyActivities<ReturnType<typeof createBackupScheduleActivities>>(interactive);
const patient = proxyActivities<Requests>(quick);
const long = proxyActivities<Requests>(transferOnce);

export async function listBackups(input: BackupsInput): Promise<BackupList> {
  return now.listBackups(input);
}

export async function describeBackup(input: BackupReference): Promise<{ readonly backup: ListedBackup; readonly location: string }> {
  return now.describeBackup(input);
}

export async function observeBackups(input: ObserveBackupsInput): Promise<BackupFacts> {
  return now.observeBackups(input);
}

export async function verifyBackup(input: VerifyBackupInput): Promise<VerifiedBackup> {
  return long.verifyBackup(input);
}

export async function deleteBackup(input: BackupReference): Promise<void> {
  return patient.deleteBackup(input);
}

export async function locateBackup(input: LocateBackupInput): Promise<SealedAnswer> {
  return now.locateBackup(input);
}

export async function listBackupKeys(): Promise<readonly BackupKeyView[]> {
  return now.listBackupKeys();
}

export async function exportBackupKeys(input: ExportBackupKeysInput): Promise<SealedAnswer> {
  return now.exportBackupKeys(input);
}

export async function confirmBackupKeyExport(input: ConfirmKeyExportInput): Promise<void> {
  return patient.confirmBackupKeyExport(input);
}

export async function rotateBackupKey(): Promise<readonly BackupKeyView[]> {
  return now.rotateBackupKey();
}

export async function changeBackupSchedule(input: ScheduleInput): Promise<BackupScheduleView | undefined> {
  return changeSchedule(input);
}
