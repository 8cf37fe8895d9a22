import { InvalidArgumentError, type Command } from 'commander';
import type { CheckedBackup } from '../../domain/recovery/checked-backup.ts';
import { decideRecovery } from '../../domain/recovery/decide-recovery.ts';
import { workflowTypes, type CheckBackupInput } from '../../workflows/contracts.ts';
import { clusterWorkflowId, recoverUpdate } from '../../workflows/messages.ts';
import { currentActor } from '../actor.ts';
import { confirmOrRefuse } from '../confirm.ts';
import { ConflictError } from '../errors.ts';
import { addFollowFlags, type FollowFlags } from '../flags.ts';
import { runFollowed } from '../follow/run-followed.ts';
import { formatAge } from '../render/age.ts';
import { sendUpdate } from '../send-update.ts';
import { fetchCluster } from '../temporal/clusters.ts';
import { runWorkflow } from '../temporal/run-workflow.ts';
import { withTemporal } from '../temporal/session.ts';
import { colorsFor, writeStory } from '../terminal.ts';

type RecoverFlags = FollowFlags & { readonly backup?: string; readonly yes?: true; readonly reason?: string };

/** A large snapshot is read to its end first. */
const CHECK_TIMEOUT_MS = 3_600_000;

export function registerRecover(command: Command): void {
  addFollowFlags(command)
    .description(
      'Brings a cluster back from a backup, in place: a new control plane starts from the snapshot, behind the same endpoint and with the same keys.\n' +
        'For a lost quorum, corrupted data or a mistake. What was written after the backup is lost; this says what, and asks.',
    )
    .argument('<cluster>', 'cluster/NAME', clusterArgument)
    .option('--backup <id>', 'the backup to go back to; the newest unless given')
    .option('-y, --yes', 'do not ask')
    .option('--reason <text>', 'why, for the history')
    .action(recover);
}

async function recover(name: string, flags: RecoverFlags): Promise<void> {
  await withTemporal(async (session) => {
    const state = await fetchCluster(session, name);
    const input: CheckBackupInput = { cluster: name, uid: state.identity.uid, ...(flags.backup === undefined ? {} : { id: flags.backup }) };
    const where = `cluster ${name}`;
    const backup = await runWorkflow<CheckedBackup>(session, {
      type: workflowTypes.checkBackup,
      idPrefix: `${clusterWorkflowId(name)}/check-backup`,
      input,
      timeoutMs: CHECK_TIMEOUT_MS,
      where,
      unchanged: 'the cluster was not touched',
    });
    const decision = decideRecovery(state, backup);
    if (decision.action === 'refuse') {
      throw new ConflictError({ what: decision.reasons.join('\n'), where, unchanged: 'the cluster was not touched', next: [`slipway describe cluster ${name}`] });
    }
    const colors = colorsFor(process.stderr);
    writeStory(`${colors.green('✓')} backup ${backup.id} is whole: ${backup.kubernetesVersion}, ${formatAge(Date.now() - backup.createdAt)} old, ${backup.bytes} bytes of etcd at revision ${backup.etcdRevision}`);
    writeStory(decision.reasons.map((reason) => `  ${colors.yellow('!')} ${reason}`).join('\n'));
    if (!(await confirmOrRefuse({ yes: flags.yes, question: `Recover cluster ${name} from backup ${backup.id}?`, what: `recovering cluster ${name} loses data` }))) {
      writeStory('nothing was changed');
      return;
    }
    const { etcdRevision: _revision, bytes: _bytes, ...restorable } = backup;
    const command = { actor: currentActor(), backup: restorable, seenRevision: state.revision, ...(flags.reason === undefined ? {} : { reason: flags.reason }) };
    const { operationId } = await sendUpdate(session, { cluster: name, update: recoverUpdate, command });
    writeStory(`cluster ${name}: operation ${operationId} started`);
    const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout };
    if (flags.detach !== true) await runFollowed(session, { cluster: name, operationId, ...timeout });
  });
}

function clusterArgument(text: string): string {
  const [, name] = /^(?:clusters?\/)?([a-z0-9][a-z0-9-]*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('use cluster/NAME.');
  return name;
}
