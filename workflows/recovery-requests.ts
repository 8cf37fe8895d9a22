import { proxyActivities } from '@temporalio/workflow';
import type { createRecoveryRequestActivities } from '../activities/recovery-request-activities.ts';
import type { CheckedBackup } from '../domain/recovery/checked-backup.ts';
import { transferOnce } from './activity-options.ts';
import type { CheckBackupInput } from './contracts.ts';

const { checkBackup: check } = proxyActivities<ReturnType<typeof createRecoveryRequestActivities>>(transferOnce);

/** Whether a backup can be restored, and what it says: asked before a recovery is. */
export async function checkBackup(input: CheckBackupInput): Promise<CheckedBackup> {
  return check(input);
}
