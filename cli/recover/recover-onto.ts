import { isBackupId } from '../../domain/backup/backup-id.ts';
import type { ClusterState } from '../../domain/cluster-state.ts';
import { decideRecoverOnto } from '../../domain/recovery/decide-recover-onto.ts';
import { workflowTypes, type CheckSourceInput, type RecoverLostResult, type RecoverOntoInput, type SourceAnswer } from '../../workflows/contracts.ts';
import { clusterWorkflowId } from '../../workflows/messages.ts';
import { currentActor } from '../actor.ts';
import { readKeyFile, sealKey } from '../backup/key-file.ts';
import { confirmOrRefuse } from '../confirm.ts';
import { ConflictError, UsageError } from '../errors.ts';
import { runFollowed } from '../follow/run-followed.ts';
import { runWorkflow } from '../temporal/run-workflow.ts';
import { withTemporal, type TemporalSession } from '../temporal/session.ts';
import { writeStory } from '../terminal.ts';
import { CHECK_TIMEOUT_MS, findCluster, tellOfBackup, type RecoverFlags } from './recover-cluster.ts';

export type RecoverOntoFlags = RecoverFlags & { readonly from: string; readonly allowClone?: true };
type Source = Pick<CheckSourceInput, 'from' | 'id'>;

const unchanged = 'nothing was made, and no cluster was touched';

/** Makes a new cluster from another's backup: checks all that can be, says what it comes to, asks, and follows. */
export async function recoverOnto(name: string, flags: RecoverOntoFlags): Promise<void> {
  const source = sourceOf(flags);
  if (source.from === name) throw new UsageError({ what: `--from names cluster ${name} itself`, unchanged, next: [`slipway recover cluster/${name}   (in place)`] });
  const key = flags.key === undefined ? undefined : await readKeyFile(flags.key);
  await withTemporal(async (session) => {
    const state = await findCluster(session, name);
    const operationId = state === undefined ? await begin(session, { name, source, key, flags }) : underWay(state, source);
    if (operationId === undefined) return writeStory('nothing was changed');
    const timeout = flags.timeout === undefined ? {} : { timeoutMs: flags.timeout };
    if (flags.detach !== true) await runFollowed(session, { cluster: name, operationId, ...timeout });
  });
}

/** A cluster's name, with --backup where it is not the newest; or a backup's ID alone. @throws UsageError */
export function sourceOf({ from, backup }: Pick<RecoverOntoFlags, 'from' | 'backup'>): Source {
  const named = backup === undefined || backup === 'newest' ? undefined : backup;
  if (!isBackupId(from)) return { from, ...(named === undefined ? {} : { id: named }) };
  if (named === undefined || named === from) return { id: from };
  throw new UsageError({ what: `--from ${from} and --backup ${named} are two backups`, unchanged });
}

/** Asked again, as after an interruption, it follows what it began; any other cluster of that name is left alone. */
function underWay({ identity, recovery, operations }: ClusterState, { from, id }: Source): string {
  const { name, uid } = identity;
  const isMeant = recovery?.from !== undefined && (from === undefined || from === recovery.from.cluster.name) && (id === undefined || id === recovery.backup.id);
  const operationId = operations.at(-1)?.id;
  if (!isMeant || operationId === undefined) throw new ConflictError({ what: `there is a cluster ${name} already (UID ${uid})`, where: `cluster ${name}`, unchanged, next: ['give another name', `slipway describe cluster ${name}`] });
  writeStory(`cluster ${name} is being made from backup ${recovery?.backup.id} already: operation ${operationId}`);
  return operationId;
}

/** @returns undefined where the person did not agree */
async function begin(session: TemporalSession, { name, source, key, flags }: { readonly name: string; readonly source: Source; readonly key: string | undefined; readonly flags: RecoverOntoFlags }): Promise<string | undefined> {
  const actor = currentActor();
  const common = { timeoutMs: CHECK_TIMEOUT_MS, where: `cluster ${name}` };
  const input: CheckSourceInput = { name, ...source, ...(key === undefined ? {} : { key: await sealKey(session, key), actor }) };
  const { checked, answers } = await runWorkflow<SourceAnswer>(session, { type: workflowTypes.checkSource, input, ...common, idPrefix: `${clusterWorkflowId(name)}/check-source`, unchanged });
  const allowClone = flags.allowClone === true;
  const decision = decideRecoverOnto({ name, checked, answers, allowClone });
  const changes = decision.reasons;
  if (decision.action === 'refuse') {
    const facts = { what: changes.join('\n'), where: `cluster ${name}`, unchanged };
    throw decision.refusal === 'Invalid' ? new UsageError(facts) : new ConflictError(facts);
  }
  const { backup } = checked;
  tellOfBackup(backup, changes);
  const agreed = await confirmOrRefuse({ yes: flags.yes, question: `Make cluster ${name} from backup ${backup.id} of cluster ${backup.cluster.name}?`, what: `making cluster ${name} from a backup` });
  if (!agreed) return undefined;
  const { operationId } = await runWorkflow<RecoverLostResult>(session, {
    type: workflowTypes.recoverOnto,
    input: { name, checked, allowClone, changes, actor, ...(flags.reason === undefined ? {} : { reason: flags.reason }) } satisfies RecoverOntoInput,
    ...common,
    idPrefix: `${clusterWorkflowId(name)}/recover-onto`,
    unchanged: 'no machine was made',
    next: ['run the same command again'],
  });
  writeStory(`cluster ${name}: operation ${operationId} started`);
  return operationId;
}
