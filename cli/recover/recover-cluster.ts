import { currentOperation, type ClusterState } from '../../domain/cluster-state.ts';
import { isOpen } from '../../domain/operation.ts';
import type { CheckedBackup } from '../../domain/recovery/checked-backup.ts';
import { decideRecovery, lossesOfLost } from '../../domain/recovery/decide-recovery.ts';
import { workflowTypes, type CheckBackupInput, type RecoverLostInput, type RecoverLostResult } from '../../workflows/contracts.ts';
import { clusterWorkflowId, recoverUpdate } from '../../workflows/messages.ts';
import { currentActor } from '../actor.ts';
import { readKeyFile, sealKey } from '../backup/key-file.ts';
import { confirmOrRefuse } from '../confirm.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { FollowFlags } from '../flags.ts';
import { runFollowed } from '../follow/run-followed.ts';
import { formatAge } from '../render/age.ts';
import { sendUpdate } from '../send-update.ts';
import { fetchCluster } from '../temporal/clusters.ts';
import { runWorkflow } from '../temporal/run-workflow.ts';
import { withTemporal, type TemporalSession } from '../temporal/session.ts';
import { colorsFor, writeStory } from '../terminal.ts';

export type RecoverFlags = FollowFlags & { readonly backup?: string; readonly key?: string; readonly yes?: true; readonly reason?: string };

/** A large snapshot is read to its end first. */
export const CHECK_TIMEOUT_MS = 3_600_000;
const unchanged = 'the cluster was not touched';

/**
 * Checks the backup, says what is lost, asks, and follows the recovery. A cluster under management is told
 * to; one that Temporal does not know begins its life in the midst of it.
 */
export async function recoverCluster(name: string, flags: RecoverFlags): Promise<void> {
  const key = flags.key === undefined ? undefined : await readKeyFile(flags.key);
  await withTemporal(async (session) => {
    const state = await findCluster(session, name);
    const operationId = (state === undefined ? undefined : findUnderWay(state, flags)) ?? (await begin(session, { name, state, key, flags }));
    if (operationId === undefined) return writeStory('nothing was changed');
    const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout };
    if (flags.detach !== true) await runFollowed(session, { cluster: name, operationId, ...timeout });
  });
}

/** Asked again with the key in hand, as after an interruption, it goes on with what it began. */
function findUnderWay(state: ClusterState, { key, backup }: RecoverFlags): string | undefined {
  const { recovery } = state;
  const operation = currentOperation(state);
  if (operation === undefined || !isOpen(operation)) return undefined;
  if (key === undefined || recovery === undefined || (backup !== undefined && backup !== 'newest' && backup !== recovery.backup.id)) return undefined;
  writeStory(`backup ${recovery.backup.id} is being recovered from already: operation ${operation.id}`);
  return operation.id;
}

type Wanted = { readonly name: string; readonly state: ClusterState | undefined; readonly key: string | undefined; readonly flags: RecoverFlags };

/** @returns undefined where the person did not agree */
async function begin(session: TemporalSession, { name, state, key, flags }: Wanted): Promise<string | undefined> {
  const where = `cluster ${name}`;
  const actor = currentActor();
  const input: CheckBackupInput = {
    cluster: name,
    ...(state === undefined ? {} : { uid: state.identity.uid }),
    ...(flags.backup === undefined || flags.backup === 'newest' ? {} : { id: flags.backup }),
    ...(key === undefined ? {} : { key: await sealKey(session, key), actor }),
  };
  const question = { idPrefix: `${clusterWorkflowId(name)}/check-backup`, timeoutMs: CHECK_TIMEOUT_MS, where, unchanged };
  const backup = await runWorkflow<CheckedBackup>(session, { type: workflowTypes.checkBackup, input, ...question });
  const changes = state === undefined ? lossesOfLost(backup) : decide(state, backup);
  tellOfBackup(backup, changes);
  if (!(await confirmOrRefuse({ yes: flags.yes, question: `Recover cluster ${name} from backup ${backup.id}?`, what: `recovering cluster ${name} loses data` }))) return undefined;
  const { etcdRevision: _revision, bytes: _bytes, passedOver: _passedOver, ...restorable } = backup;
  const why = flags.reason === undefined ? {} : { reason: flags.reason };
  const { operationId } = await (state === undefined
    ? runWorkflow<RecoverLostResult>(session, {
        type: workflowTypes.recoverLost,
        input: { name, uid: backup.cluster.uid, backup: restorable, changes, actor, ...why } satisfies RecoverLostInput,
        ...question,
        idPrefix: `${clusterWorkflowId(name)}/recover`,
        unchanged: 'no machine was touched',
        next: ['run the same command again: it goes on where it was interrupted'],
      })
    : sendUpdate(session, { cluster: name, update: recoverUpdate, command: { actor, backup: restorable, seenRevision: state.revision, ...why } }));
  writeStory(`cluster ${name}: operation ${operationId} started`);
  return operationId;
}

function decide(state: ClusterState, backup: CheckedBackup): readonly string[] {
  const decision = decideRecovery(state, backup);
  if (decision.action === 'recover') return decision.reasons;
  const { name } = state.identity;
  throw new ConflictError({ what: decision.reasons.join('\n'), where: `cluster ${name}`, unchanged, next: [`slipway describe cluster ${name}`] });
}

export function tellOfBackup(backup: CheckedBackup, losses: readonly string[]): void {
  const colors = colorsFor(process.stderr);
  writeStory(`${colors.green('✓')} backup ${backup.id} is whole: ${backup.kubernetesVersion}, ${formatAge(Date.now() - backup.createdAt)} old, ${backup.bytes} bytes of etcd at revision ${backup.etcdRevision}`);
  for (const id of backup.passedOver ?? []) writeStory(`  ${colors.yellow('!')} backup ${id} is newer, and was found damaged by slipway backup verify`);
  writeStory(losses.map((line) => `  ${colors.yellow('!')} ${line}`).join('\n'));
}

export async function findCluster(session: TemporalSession, name: string): Promise<ClusterState | undefined> {
  try {
    return await fetchCluster(session, name);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
