import { proxyActivities } from '@temporalio/workflow';
import type { createRecoverOntoActivities } from '../activities/recover-onto-activities.ts';
import type { createRecoveryRequestActivities } from '../activities/recovery-request-activities.ts';
import type { CheckedBackup } from '../domain/recovery/checked-backup.ts';
import { transferOnce } from './activity-options.ts';
import type { CheckBackupInput, CheckSourceInput, SourceAnswer } from './contracts.ts';
import { onHost } from './host-activities.ts';

const { checkBackup: check } = proxyActivities<ReturnType<typeof createRecoveryRequestActivities>>(transferOnce);
const { checkSource: checkBoth } = proxyActivities<ReturnType<typeof createRecoverOntoActivities>>(transferOnce);

/** Whether a backup can be restored, and what it says: asked before a recovery is. */
export async function checkBackup(input: CheckBackupInput): Promise<CheckedBackup> {
  return check(input);
}

/** The same for a cluster that is to be made from it, and whether the one that it is of still answers. */
export async function checkSource(input: CheckSourceInput): Promise<SourceAnswer> {
  const checked = await checkBoth(input);
  const answers = await onHost(checked.host, 'does the cluster in the backup answer?').quick.isSourceServing(checked);
  return { checked, answers };
}
