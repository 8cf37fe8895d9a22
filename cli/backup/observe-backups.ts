import { backupCondition, type BackupFacts } from '../../domain/backup/backup-health.ts';
import type { ClusterIdentity } from '../../domain/identity.ts';
import { condition, type Condition } from '../../domain/conditions.ts';
import { workflowTypes } from '../../workflows/contracts.ts';
import { CliError } from '../errors.ts';
import type { TemporalSession } from '../temporal/session.ts';
import { askBackups } from './request.ts';

const OBSERVE_TIMEOUT_MS = 20_000;

/** Whether a recovery could be had; what could not be asked is Unknown, and describing goes on. */
export async function observeBackups(session: TemporalSession, { name, uid }: ClusterIdentity): Promise<Condition> {
  try {
    const facts = await askBackups<BackupFacts>(session, { type: workflowTypes.observeBackups, cluster: name, what: 'observe-backups', input: { cluster: name, uid }, timeoutMs: OBSERVE_TIMEOUT_MS });
    return backupCondition(facts, Date.now());
  } catch (error) {
    if (error instanceof CliError) return condition('BackupsHealthy', 'Unknown', { reason: 'NotObserved', message: error.facts.what });
    throw error;
  }
}
