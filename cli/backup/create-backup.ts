import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { makeBackupId } from '../../domain/backup/backup-id.ts';
import type { BackupResult } from '../../domain/backup/backup-view.ts';
import { controlTaskQueue, workflowTypes, type BackupInput } from '../../workflows/contracts.ts';
import { backupQuery, clusterWorkflowId } from '../../workflows/messages.ts';
import { currentActor } from '../actor.ts';
import { DetachedError, TimeoutError } from '../errors.ts';
import type { FollowFlags } from '../flags.ts';
import { formatDuration } from '../render/age.ts';
import { formatBytes } from '../render/bytes.ts';
import { fetchCluster } from '../temporal/clusters.ts';
import { translateFailure } from '../temporal/failures.ts';
import { requestMetadata } from '../temporal/request-metadata.ts';
import { withDeadline, withTemporal, type TemporalSession } from '../temporal/session.ts';
import { colorsFor, writeData, writeStory } from '../terminal.ts';
import { fetchKeys } from './request.ts';

const POLL_MS = 300;

/** Takes a backup and follows it; Ctrl-C only stops the watching. The ID goes to standard output. */
export async function createBackup(cluster: string, flags: FollowFlags & { readonly reason?: string }): Promise<void> {
  await withTemporal(async (session) => {
    await fetchCluster(session, cluster);
    const id = makeBackupId({ at: Date.now(), random: randomUUID() });
    const workflowId = `${clusterWorkflowId(cluster)}/backup/${id}`;
    const input: BackupInput = { cluster, id, origin: 'manual', actor: currentActor(), ...(flags.reason === undefined ? {} : { reason: flags.reason }) };
    const startedAt = Date.now();
    await start(session, workflowId, input);
    if (flags.detach === true) {
      writeStory(`backup ${id} of cluster ${cluster} is under way`);
      return writeData(id);
    }
    const { backup } = await follow(session, { workflowId, id, cluster, ...(flags.timeout === undefined ? {} : { timeoutMs: flags.timeout }) });
    const colors = colorsFor(process.stderr);
    writeStory(`${colors.green('✓')} backup ${id} of cluster ${cluster}: ${formatBytes(backup.bytes)} in ${formatDuration(Date.now() - startedAt)}, etcd revision ${backup.etcd.revision} of ${backup.etcd.machine}`);
    writeData(id);
    await remindOfKey(session, backup.keyId);
  });
}

async function start(session: TemporalSession, workflowId: string, input: BackupInput): Promise<void> {
  try {
    await withDeadline(session, () =>
      session.client.start<(input: BackupInput) => Promise<BackupResult>>(workflowTypes.backup, { taskQueue: controlTaskQueue, workflowId, args: [input], ...requestMetadata(workflowId) }),
    );
  } catch (error) {
    throw translateFailure(error, { session, unchanged: 'no backup was begun' });
  }
}

async function follow(
  session: TemporalSession,
  target: { readonly workflowId: string; readonly id: string; readonly cluster: string; readonly timeoutMs?: number },
): Promise<BackupResult> {
  const { workflowId, id, cluster, timeoutMs } = target;
  const handle = session.client.getHandle<(input: BackupInput) => Promise<BackupResult>>(workflowId);
  const next = [`slipway backup list cluster/${cluster}`];
  const detached = Promise.withResolvers<never>();
  detached.promise.catch(() => undefined);
  const detach = (): void => detached.reject(new DetachedError({ what: `detached from backup ${id}`, unchanged: 'it goes on without this terminal', next }));
  process.once('SIGINT', detach);
  process.once('SIGTERM', detach);
  const abort = new AbortController();
  try {
    void tellPhases(session, workflowId, abort.signal);
    const waits = [handle.result(), detached.promise, ...(timeoutMs === undefined ? [] : [timeOut(timeoutMs, { id, next }, abort.signal)])];
    return await Promise.race(waits);
  } catch (error) {
    throw translateFailure(error, { session, where: workflowId, unchanged: 'earlier backups are unharmed', next: [`slipway describe cluster ${cluster}`] });
  } finally {
    abort.abort();
    process.off('SIGINT', detach);
    process.off('SIGTERM', detach);
  }
}

async function timeOut(ms: number, { id, next }: { readonly id: string; readonly next: readonly string[] }, signal: AbortSignal): Promise<never> {
  await delay(ms, undefined, { signal });
  throw new TimeoutError({ what: `backup ${id} was not complete within ${formatDuration(ms)}`, unchanged: 'it goes on', next });
}

/** Each phase once, when it begins: a backup is short, and a line says enough. */
async function tellPhases(session: TemporalSession, workflowId: string, signal: AbortSignal): Promise<void> {
  const told = new Set<string>();
  try {
    for (;;) {
      const { phases } = await session.client.getHandle(workflowId).query(backupQuery);
      signal.throwIfAborted();
      for (const { name } of phases.filter((phase) => !told.has(phase.name))) {
        told.add(name);
        writeStory(` • ${name}`);
      }
      await delay(POLL_MS, undefined, { signal });
    }
  } catch {
    // The result, or its failure, is told by whoever waits for that.
  }
}

async function remindOfKey(session: TemporalSession, keyId: string): Promise<void> {
  const key = (await fetchKeys(session)).find((known) => known.keyId === keyId);
  if (key === undefined || key.exported !== undefined) return;
  writeStory(`${colorsFor(process.stderr).yellow('!')} its key ${keyId} was never exported: without this installation it cannot be opened`);
  writeStory('Next:  slipway backup key export -f FILE');
}
