import type { StepReport } from '../../domain/step.ts';
import { backupCluster } from '../backup-cluster.ts';
import type { StepInput } from '../contracts.ts';
import { runStep } from '../step-run.ts';

/** Before the first control-plane Machine is replaced: what an upgrade cannot take back, this can. */
export async function takeBackup(input: StepInput): Promise<StepReport> {
  return runStep(input, async (run) => {
    const { name: cluster, uid } = input.identity;
    let backup: string | undefined;
    await run.skippable('backup', async () => {
      const taken = await backupCluster({ cluster, uid, origin: 'manual', actor: 'slipway', reason: 'before control-plane Machines are replaced' });
      backup = taken.backup.id;
    });
    return backup === undefined ? {} : { backup };
  });
}
